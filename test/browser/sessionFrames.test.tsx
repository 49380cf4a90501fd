import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useSuspenseQuery,
} from '@tanstack/react-query'
import { render } from '@testing-library/react'
import {
  Activity,
  startTransition,
  Suspense,
  useDeferredValue,
  useEffect,
  useState,
  type ReactNode,
} from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthGate,
  ChatAuthProvider,
  createChatAuth,
  useChatMutation,
  useChatQuery,
  useChatQueryClient,
  useChatUser,
  type ChatUser,
} from '../../src/index.js'
import { never } from '../support/promises.js'
import { bob, createTestApp, jane } from '../support/renderStrict.js'

/** A limit is for what never comes. */
const patiently = { timeout: 30_000 }

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean
}

function Who() {
  return <h1>{useChatUser().user?.id ?? 'nobody'}</h1>
}

interface MemberProps {
  page: number
}

function Placeholder({ page }: MemberProps) {
  const { data } = useChatQuery({
    queryKey: ['pages', page],
    queryFn: ({ user }) => (page === 1 ? `page of ${user.id}` : never()),
    placeholderData: keepPreviousData,
  })
  return <p>{data}</p>
}

const selectRow = (userId: string) => ({ row: `selected of ${userId}` })

function Selected({ page }: MemberProps) {
  const { data } = useChatQuery({
    queryKey: ['selected', page],
    queryFn: ({ user }) => (page === 1 ? user.id : never()),
    select: selectRow,
    placeholderData: keepPreviousData,
  })
  return <p>{data?.row}</p>
}

function Mutation() {
  const userId = useChatUser().user?.id
  const { mutate, data, variables } = useChatMutation({
    mutationFn: async (_draft: string, { user }) => `result of ${user.id}`,
  })
  useEffect(() => {
    if (userId) mutate(`draft of ${userId}`)
  }, [userId, mutate])
  return (
    <p>
      {data} {variables}
    </p>
  )
}

/** The app's own observers, on the session's query client. */
function Own({ page }: MemberProps) {
  const userId = useChatUser().user?.id
  const { queryClient, sessionKey } = useChatQueryClient()
  const options = { enabled: userId !== undefined, placeholderData: keepPreviousData }
  const single = useQuery(
    {
      ...options,
      queryKey: sessionKey(['own', page]),
      queryFn: () => (page === 1 ? `own of ${userId}` : never()),
    },
    queryClient,
  )
  const infinite = useInfiniteQuery(
    {
      ...options,
      queryKey: sessionKey(['infinite', page]),
      queryFn: () => (page === 1 ? `infinite of ${userId}` : never()),
      initialPageParam: 1,
      getNextPageParam: () => 2,
      placeholderData: keepPreviousData,
    },
    queryClient,
  )
  return (
    <p>
      {single.data} {infinite.data?.pages.join()}
    </p>
  )
}

function Suspending() {
  const userId = useChatUser().user?.id
  return <Suspense fallback={<p>…</p>}>{userId && <SuspendingData userId={userId} />}</Suspense>
}

function SuspendingData({ userId }: { userId: string }) {
  const { queryClient, sessionKey } = useChatQueryClient()
  const options = { queryKey: sessionKey(['suspending']), queryFn: async () => `page of ${userId}` }
  return <p>{useSuspenseQuery(options, queryClient).data}</p>
}

function Deferred() {
  const { data } = useChatQuery({
    queryKey: ['deferred'],
    queryFn: ({ user }) => `deferred of ${user.id}`,
  })
  return <p>{useDeferredValue(data)}</p>
}

/** Records the visible text of every frame that the browser paints from now on. */
function recordFrames(): string[] {
  const frames: string[] = []
  let next = requestAnimationFrame(function look() {
    // `innerText` leaves out hidden elements.
    const frame = document.body.innerText.replaceAll(/\s+/g, ' ')
    if (frames.at(-1) !== frame) frames.push(frame)
    next = requestAnimationFrame(look)
  })
  onTestFinished(() => cancelAnimationFrame(next))
  return frames
}

/** Renders Jane's data on page 2, which never loads, so that page 1 still shows. */
async function openJanesPage() {
  // Without `act`, React schedules its renders as for real users.
  globalThis.IS_REACT_ACT_ENVIRONMENT = false
  onTestFinished(() => void (globalThis.IS_REACT_ACT_ENVIRONMENT = true))
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const set = {} as {
    user: (user: ChatUser | null) => void
    page: (page: number) => void
    mode: (mode: 'visible' | 'hidden') => void
  }
  function App() {
    const [user, setUser] = useState<ChatUser | null>(jane)
    const [page, setPage] = useState(1)
    const [mode, setMode] = useState<'visible' | 'hidden'>('visible')
    useEffect(() => void Object.assign(set, { user: setUser, page: setPage, mode: setMode }), [])
    const members: ReactNode = (
      <>
        <Placeholder page={page} />
        <Selected page={page} />
        <Mutation />
        <Own page={page} />
        <Suspending />
        <ChatAuthGate>
          <Deferred />
        </ChatAuthGate>
      </>
    )
    return (
      <ChatAuthProvider auth={auth} user={user}>
        <Who />
        <Activity mode={mode}>{members}</Activity>
      </ChatAuthProvider>
    )
  }
  render(<App />, { reactStrictMode: true })
  const frames = recordFrames()
  const all = ['page', 'selected', 'result', 'draft', 'own', 'infinite', 'page', 'deferred']
  const whole = `jane ${all.map((what) => `${what} of jane`).join(' ')}`
  await vi.waitFor(() => expect(frames.at(-1)).toBe(whole), patiently)
  set.page(2)
  await nextFrames()
  expect(frames.at(-1)).toContain('page of jane selected of jane')
  return { auth, frames, set }
}

const nextFrames = async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done))
}

/** Frames that show one user with data of another. */
const mixed = (frames: readonly string[]) =>
  frames.filter((frame) => {
    const [who, ...rest] = frame.split(' ')
    return rest.join(' ').includes(`of ${who === 'jane' ? 'bob' : 'jane'}`)
  })

describe('no frame that the browser paints shows data of another session', () => {
  test('when the user is switched', async () => {
    const { auth, frames } = await openJanesPage()
    await auth.switchUser(bob)
    await vi.waitFor(() => expect(frames.at(-1)).toContain('deferred of bob'), patiently)
    await nextFrames()

    expect(mixed(frames)).toEqual([])
  })

  test('when the user is switched in a transition', async () => {
    const { frames, set } = await openJanesPage()
    startTransition(() => set.user(bob))
    await vi.waitFor(() => expect(frames.at(-1)).toContain('deferred of bob'), patiently)
    await nextFrames()

    expect(mixed(frames)).toEqual([])
  })

  test('when the user logs out', async () => {
    const { auth, frames } = await openJanesPage()
    await auth.disconnectUser()
    await vi.waitFor(() => expect(frames.at(-1)).toBe('nobody'), patiently)
    await nextFrames()

    expect(mixed(frames)).toEqual([])
  })

  test('when <Activity> shows a page that was hidden during the switch', async () => {
    const { auth, frames, set } = await openJanesPage()
    set.mode('hidden')
    await vi.waitFor(() => expect(frames.at(-1)).toBe('jane'), patiently)
    await auth.switchUser(bob)
    await vi.waitFor(() => expect(frames.at(-1)).toBe('bob'), patiently)
    set.mode('visible')
    await vi.waitFor(() => expect(frames.at(-1)).toContain('deferred of bob'), patiently)
    await nextFrames()

    expect(mixed(frames)).toEqual([])
  })
})
