import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useSuspenseQuery,
} from '@tanstack/react-query'
import { act } from '@testing-library/react'
import { Activity, Suspense, useDeferredValue, useEffect, useState, type ReactNode } from 'react'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  ChatAuthGate,
  ChatAuthProvider,
  createChatAuth,
  useChatAuth,
  useChatClient,
  useChatMutation,
  useChatQuery,
  useChatQueryClient,
  useChatUser,
  useSuspenseChatUser,
} from '../../src/index.js'
import { createCanaries } from '../support/memory.js'
import { never } from '../support/promises.js'
import { isReact19 } from '../support/reactVersion.js'
import { bob, createTestApp, jane, renderStrict } from '../support/renderStrict.js'

type Canary = <T extends object>(name: string, value: T) => T
interface MemberProps {
  canary: Canary
  page: number
}

/** Jane's data is watched; the data of other users is a plain value. */
const rowOf = (canary: Canary, name: string, userId: string) =>
  userId === 'jane' ? canary(name, { row: name }) : { row: name }

function useUserId() {
  return useChatUser().user?.id ?? 'nobody'
}

function Data({ canary }: MemberProps) {
  const { data } = useChatQuery({
    queryKey: ['data'],
    queryFn: ({ user }) => rowOf(canary, 'data', user.id),
  })
  return <p>{data?.row}</p>
}

/** Shows page 1 while page 2 is in flight. */
function Placeholder({ canary, page }: MemberProps) {
  const { data } = useChatQuery({
    queryKey: ['pages', page],
    queryFn: ({ user }) => (page === 1 ? rowOf(canary, 'page 1', user.id) : never()),
    placeholderData: keepPreviousData,
  })
  return <p>{data?.row}</p>
}

function Selected({ canary }: MemberProps) {
  const userId = useUserId()
  const { data } = useChatQuery({
    queryKey: ['selected'],
    queryFn: ({ user }) => user.id,
    select: (id) => rowOf(canary, 'selected', id),
  })
  return (
    <p>
      {userId} {data?.row}
    </p>
  )
}

function Initial({ canary }: MemberProps) {
  const userId = useUserId()
  const { data } = useChatQuery({
    queryKey: ['initial'],
    queryFn: never,
    initialData: () => rowOf(canary, 'initial', userId),
  })
  return <p>{data?.row}</p>
}

function Failure({ canary }: MemberProps) {
  const { error } = useChatQuery({
    queryKey: ['failing'],
    queryFn: ({ user }) => Promise.reject(rowOf(canary, 'error', user.id)),
    retry: false,
  })
  return <p>{error && 'failed'}</p>
}

function Mutation({ canary }: MemberProps) {
  const userId = useUserId()
  const { mutate, data } = useChatMutation({
    mutationFn: async (_draft: object, { user }) => rowOf(canary, 'result', user.id),
    onMutate: () => rowOf(canary, 'context', userId),
  })
  const { mutate: hang } = useChatMutation({ mutationFn: (_draft: object) => never() })
  useEffect(() => {
    if (userId === 'nobody') return
    mutate(rowOf(canary, 'variables', userId))
    hang(rowOf(canary, 'variables under way', userId))
  }, [userId, mutate, hang, canary])
  return <p>{data?.row}</p>
}

/** Observers that the app creates itself, on the session's query client. */
function Infinite({ canary }: MemberProps) {
  const userId = useUserId()
  const { queryClient, sessionKey } = useChatQueryClient()
  const { data } = useInfiniteQuery(
    {
      queryKey: sessionKey(['infinite']),
      queryFn: ({ pageParam }) => rowOf(canary, `infinite page ${pageParam}`, userId),
      initialPageParam: 1,
      getNextPageParam: () => 2,
      select: ({ pages }) => rowOf(canary, `selected of ${pages.length}`, userId),
      placeholderData: keepPreviousData,
      enabled: userId !== 'nobody',
    },
    queryClient,
  )
  return <p>{data?.row}</p>
}

function Own({ canary, page }: MemberProps) {
  const userId = useUserId()
  const { queryClient, sessionKey } = useChatQueryClient()
  const { data } = useQuery(
    {
      queryKey: sessionKey(['own', page]),
      queryFn: () => (page === 1 ? rowOf(canary, 'own', userId) : never()),
      placeholderData: keepPreviousData,
      enabled: userId !== 'nobody',
    },
    queryClient,
  )
  const { mutate } = useMutation(
    {
      mutationFn: async (_draft: object) => rowOf(canary, 'own result', userId),
      onMutate: () => rowOf(canary, 'own context', userId),
    },
    queryClient,
  )
  useEffect(() => {
    if (userId !== 'nobody') mutate(rowOf(canary, 'own variables', userId))
  }, [userId, mutate, canary])
  return <p>{data?.row}</p>
}

function Suspended({ canary, page }: MemberProps) {
  const userId = useUserId()
  return (
    <Suspense fallback={<p>…</p>}>
      {userId !== 'nobody' && <Suspending key={userId} canary={canary} page={page} />}
    </Suspense>
  )
}

function Suspending({ canary, page }: MemberProps) {
  const userId = useUserId()
  const { queryClient, sessionKey } = useChatQueryClient()
  const { data } = useSuspenseQuery(
    {
      queryKey: sessionKey(['suspending', page]),
      queryFn: () => (page === 1 ? rowOf(canary, 'suspending', userId) : never()),
    },
    queryClient,
  )
  return <p>{data.row}</p>
}

function Deferred({ canary }: MemberProps) {
  return (
    <ChatAuthGate>
      <DeferredData canary={canary} page={1} />
    </ChatAuthGate>
  )
}

function DeferredData({ canary }: MemberProps) {
  const { data } = useChatQuery({
    queryKey: ['deferred'],
    queryFn: ({ user }) => rowOf(canary, 'deferred', user.id),
  })
  const deferred = useDeferredValue(data)
  return <p>{deferred?.row}</p>
}

function Session({ canary }: MemberProps) {
  const { user } = useChatUser()
  const client = useChatClient<object>()
  useEffect(() => {
    if (user?.id !== 'jane') return
    canary('user', user)
    if (client) canary('client', client)
  }, [user, client, canary])
  return <p>{user?.name}</p>
}

/** Renders once when the session ends, and not again after that. */
function ClientAlone({ canary }: MemberProps) {
  const auth = useChatAuth()
  const client = useChatClient<object>()
  useEffect(() => {
    const state = auth.getState()
    if (client && 'user' in state && state.user.id === 'jane') canary('client alone', client)
  }, [auth, client, canary])
  return <p>{client && 'there'}</p>
}

/** Is never shown, so that its observer never subscribes; the data comes from `Selected`. */
function Prerendered({ canary }: MemberProps) {
  return (
    <Activity mode="hidden">
      <PrerenderedData canary={canary} page={1} />
    </Activity>
  )
}

function PrerenderedData({ canary }: MemberProps) {
  const { user } = useChatUser()
  const [turn, setTurn] = useState(0)
  const { data } = useChatQuery({
    queryKey: ['selected'],
    queryFn: never,
    select: (id) => rowOf(canary, 'prerendered', String(id)),
  })
  // No effect runs here: it reads the cache again only when it renders.
  if (user && turn < 1) setTurn(turn + 1)
  return <p>{data?.row}</p>
}

function SuspendingUser({ canary }: MemberProps) {
  const session = useSuspenseChatUser()
  const user = session?.user
  useEffect(() => {
    if (user?.id === 'jane') canary('suspending user', user)
  }, [user, canary])
  return <p>{user?.name}</p>
}

/** Components with hooks of this library alone, and components with the app's own observers. */
const ours = {
  Data,
  Placeholder,
  Selected,
  Initial,
  Failure,
  Mutation,
  Deferred,
  Session,
  ClientAlone,
}
// React 18 keeps the tree from before a fallback until the fallback is gone, and a copy after that.
const all = {
  ...ours,
  Infinite,
  Own,
  ...(isReact19 && { Suspended, SuspendingUser, Prerendered }),
}

const everyName = [
  'data',
  'page 1',
  'selected',
  'initial',
  'error',
  'variables',
  'variables under way',
  'context',
  'result',
  'deferred',
  'user',
  'client',
  'infinite page 1',
  'selected of 1',
  'client alone',
  ...(isReact19 ? ['suspending', 'suspending user', 'prerendered'] : []),
  'own',
  'own variables',
  'own context',
  'own result',
]

/** Connects Jane, fills the page with her data, and requests page 2, which never arrives. */
async function openPage(members: Record<string, (props: MemberProps) => ReactNode>) {
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const canaries = createCanaries()
  let turn!: (page: number) => void
  let setMode!: (mode: 'visible' | 'hidden') => void
  function Page() {
    const [page, setPage] = useState(1)
    const [mode, setCurrentMode] = useState<'visible' | 'hidden'>('visible')
    useEffect(() => {
      turn = setPage
      setMode = setCurrentMode
    }, [])
    const shown = Object.entries(members).map(([name, Member]) => (
      <Suspense key={name}>
        <Member canary={canaries.canary} page={page} />
      </Suspense>
    ))
    return isReact19 ? <Activity mode={mode}>{shown}</Activity> : shown
  }
  renderStrict(
    <ChatAuthProvider auth={auth}>
      <Page />
    </ChatAuthProvider>,
  )
  /** Waits until all effects and short timers have run. */
  const settle = () => act(() => new Promise((resolve) => setTimeout(resolve, 20)))
  await act(() => auth.connectUser(jane))
  await settle()
  await act(async () => turn(2))
  await settle()
  const hide = async () => {
    await act(async () => setMode('hidden'))
    await settle()
  }
  return { auth, canaries, settle, hide }
}

describe('the data of a session in React and TanStack Query', () => {
  test('is reachable while the session lives', async () => {
    const { canaries } = await openPage(all)
    expect(canaries.names().sort()).toEqual(everyName.sort())
    expect(await canaries.reachable()).toEqual(expect.arrayContaining(['data', 'page 1', 'own']))
  })

  test('is unreachable once its user has logged out', async () => {
    const { auth, canaries, settle } = await openPage(all)
    await act(() => auth.disconnectUser())
    await settle()

    expect(await canaries.reachable()).toEqual([])
  })

  test('is unreachable once another user is connected', async () => {
    const { auth, canaries, settle } = await openPage(all)
    await act(() => auth.switchUser(bob))
    await settle()

    expect(await canaries.reachable()).toEqual([])
  })

  test.runIf(isReact19)(
    'is unreachable once its user has logged out, in a tree that <Activity> hides',
    async () => {
      const { auth, canaries, settle, hide } = await openPage(ours)
      await hide()
      expect(await canaries.reachable()).toEqual(expect.arrayContaining(['data', 'page 1']))
      await act(() => auth.disconnectUser())
      await settle()

      expect(await canaries.reachable()).toEqual([])
    },
  )
})
