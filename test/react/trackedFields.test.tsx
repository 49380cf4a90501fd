import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook, screen, waitFor } from '@testing-library/react'
import { useEffect, useState } from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  createChatAuth,
  useAnonymous,
  useChatUser,
  useGuest,
  type ChatAuth,
  type UseChatUserResult,
} from '../../src/index.js'
import {
  bob,
  createTestApp,
  jane,
  renderHookStrict,
  renderStrict,
} from '../support/renderStrict.js'
import { held } from '../support/promises.js'

/** Jane, connected, and how often `use` was rendered since then. */
async function renderReader(
  use: (session: UseChatUserResult) => unknown,
  prepare: (auth: ChatAuth) => void = () => {},
) {
  const app = createTestApp()
  const auth = createChatAuth({ connector: app.connector, tokenProvider: app.tokenProvider })
  onTestFinished(() => auth.dispose())
  await auth.connectUser(jane)
  prepare(auth)
  const renders = vi.fn()
  const hook = renderHook(
    () => {
      const session = useChatUser()
      renders()
      use(session)
      return session
    },
    { wrapper: (props) => <ChatAuthProvider auth={auth} {...props} /> },
  )
  renders.mockClear()
  return { ...app, ...hook, auth, renders }
}

function expiryIn(auth: ChatAuth): Date | null {
  const state = auth.getState()
  return 'token' in state ? state.token.expiresAt : null
}

const renew = (auth: ChatAuth) => act(() => auth.refreshToken())

describe('a component with useChatUser', () => {
  test("that reads the user's name renders 0 times at a renewal, and shows the next user at a switch", async () => {
    const { auth, renders, result } = await renderReader(({ user }) => user?.name)
    await renew(auth)
    expect(renders).not.toHaveBeenCalled()

    await act(() => auth.switchUser(bob))
    expect(renders).toHaveBeenCalled()
    expect(result.current.user).toMatchObject(bob)
  })

  test('renders once more than its changes require at a log-out, so that React keeps no render of the session', async () => {
    const { auth, renders, result } = await renderReader(({ sessionId }) => sessionId)
    await act(() => auth.disconnectUser())
    expect(result.current.sessionId).toBeNull()
    expect(renders).toHaveBeenCalledTimes(2)
  })

  test('renders at a renewal if it has read the expiry of the token in any one render', async () => {
    let isFirst = true
    const { auth, renders } = await renderReader((session) => {
      if (isFirst) void session.tokenExpiresAt
      isFirst = false
    })
    await renew(auth)
    expect(renders).toHaveBeenCalled()
  })

  test.for([
    ['rest', ({ user, ...rest }: UseChatUserResult) => [user, rest]],
    ['spread', (session: UseChatUserResult) => ({ ...session })],
    ['JSON', (session: UseChatUserResult) => JSON.stringify(session)],
  ] as const)('renders at a renewal if it reads all fields by %s', async ([, use]) => {
    const { auth, renders } = await renderReader(use)
    await renew(auth)
    expect(renders).toHaveBeenCalled()
  })

  test('has all fields and actions when it is spread', async () => {
    const { result } = await renderReader(() => {})
    const copy = { ...result.current }
    expect(copy).toMatchObject({ status: 'connected', user: jane, isPending: false })
    expect(copy.connectUser).toBe(result.current.connectUser)
    expect('status' in result.current && 'toString' in result.current).toBe(true)
    expect('token' in result.current).toBe(false)
    expect(`${Object.keys(result.current).length}`).toBe(`${Object.keys(copy).length}`)
  })

  test('cannot change what it was given', async () => {
    const { result } = await renderReader(() => {})
    expect(() => Object.assign(result.current, { status: 'failed' })).toThrow(TypeError)
    expect(() => Reflect.deleteProperty(result.current, 'status')).not.toThrow()
    expect(result.current.status).toBe('connected')
  })

  test('reads in a callback what is true then, of a field that it had not rendered', async () => {
    const { auth, renders, result } = await renderReader(({ user }) => user?.name)
    const atRender = result.current
    const before = new Date(Date.now() + 3000_000)
    await renew(auth)
    const state = auth.getState()
    expect(atRender.tokenExpiresAt).toBe('token' in state && state.token.expiresAt)
    expect(atRender.tokenExpiresAt!.getTime()).toBeGreaterThan(before.getTime())
    expect(renders).not.toHaveBeenCalled()

    await renew(auth)
    expect(renders).toHaveBeenCalled()
    expect(result.current).not.toBe(atRender)
  })

  test('reads what is true in a subscriber that is called before the component is told', async () => {
    let rendered: UseChatUserResult | null = null
    let inHook: Date | null = null
    const { auth } = await renderReader(
      (session) => {
        rendered = session
        return session.user?.name
      },
      (handle) => {
        const before = expiryIn(handle)
        handle.subscribe(() => {
          if (expiryIn(handle) !== before) inHook ??= rendered?.tokenExpiresAt ?? null
        })
      },
    )
    await renew(auth)
    expect(inHook).toBeInstanceOf(Date)
    expect(inHook).toBe(expiryIn(auth))
  })

  test('renders for a field that only an effect reads', async () => {
    const { connector, tokenProvider } = createTestApp()
    const auth = createChatAuth({ connector, tokenProvider })
    onTestFinished(() => auth.dispose())
    const told: string[] = []
    renderHookStrict(
      () => {
        const session = useChatUser()
        useEffect(() => void told.push(session.status), [session])
      },
      (props) => <ChatAuthProvider auth={auth} {...props} />,
    )
    await act(() => auth.connectUser(jane))
    expect(told.at(0)).toBe('disconnected')
    expect(told.at(-1)).toBe('connected')
  })

  test('keeps a result that never contradicts itself, though its session has ended', async () => {
    const { auth, result } = await renderReader(({ status }) => status)
    const ofJane = result.current
    await act(() => auth.switchUser(bob))
    await act(() => auth.disconnectUser())

    expect(ofJane).toMatchObject({ status: 'connected', user: jane, isConnected: true })
    expect(result.current).toMatchObject({ status: 'disconnected', user: null })
  })

  test('gets the same result until a field changes that it has read', async () => {
    const { auth, result, rerender } = await renderReader(({ user }) => user)
    const before = result.current
    await renew(auth)
    rerender()
    expect(result.current).toBe(before)

    await act(() => auth.disconnectUser())
    expect(result.current).not.toBe(before)
  })

  test('reads another session once the provider has another handle', async () => {
    const first = createTestApp()
    const auth = createChatAuth({ ...first, tokenProvider: first.tokenProvider })
    onTestFinished(() => auth.dispose())
    await auth.connectUser(bob)
    let swap!: (auth: ChatAuth) => void
    function Swapping() {
      const [current, setCurrent] = useState<ChatAuth | null>(null)
      useEffect(() => {
        swap = setCurrent
      }, [])
      const who = <Who />
      return current ? (
        <ChatAuthProvider auth={current}>{who}</ChatAuthProvider>
      ) : (
        <ChatAuthProvider auth={auth}>{who}</ChatAuthProvider>
      )
    }
    const Who = () => <p>{useChatUser().user?.name ?? 'nobody'}</p>
    renderStrict(<Swapping />)
    expect(await screen.findByText('Bob')).toBeDefined()
    const second = createTestApp()
    const other = createChatAuth({ ...second, tokenProvider: second.tokenProvider })
    onTestFinished(() => other.dispose())
    act(() => swap(other))
    expect(screen.getByText('nobody')).toBeDefined()
    await act(() => other.connectUser(jane))
    expect(await screen.findByText('Jane')).toBeDefined()
  })
})

test('1,000 components that read the name of the user render 0 times at a renewal', async () => {
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  await auth.connectUser(jane)
  let renders = 0
  function Name() {
    const { user } = useChatUser()
    renders++
    return <i>{user?.name}</i>
  }
  const names = Array.from({ length: 1000 }, (_, index) => <Name key={index} />)
  renderStrict(<ChatAuthProvider auth={auth}>{names}</ChatAuthProvider>)
  renders = 0
  await renew(auth)
  expect(renders).toBe(0)
})

test('readers share one subscription to the handle, which ends with the last of them', async () => {
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const subscribe = auth.subscribe.bind(auth)
  let subscriptions = 0
  vi.spyOn(auth, 'subscribe').mockImplementation((listener) => {
    subscriptions++
    const stop = subscribe(listener)
    return () => {
      subscriptions--
      stop()
    }
  })
  const Status = () => <i>{useChatUser().status}</i>
  const app = (readers: number) => (
    <ChatAuthProvider auth={auth}>
      {Array.from({ length: readers }, (_, index) => (
        <Status key={index} />
      ))}
    </ChatAuthProvider>
  )
  const { rerender } = renderStrict(app(0))
  const ofProvider = subscriptions
  rerender(app(3))
  expect(subscriptions).toBe(ofProvider + 1)
  rerender(app(1))
  expect(subscriptions).toBe(ofProvider + 1)
  rerender(app(0))
  expect(subscriptions).toBe(ofProvider)
})

describe('the mutation behind the actions', () => {
  test('is made when an action is called, and not for a component that reads its state', async () => {
    const { connector, tokenProvider } = createTestApp()
    const queryClient = new QueryClient()
    // Called by TanStack Query for each observer of a mutation that is made.
    const made = vi.spyOn(queryClient, 'defaultMutationOptions')
    const { result } = renderHookStrict(
      () => [useChatUser(), useGuest(), useAnonymous()].map(({ isPending }) => isPending),
      (props) => (
        <QueryClientProvider client={queryClient}>
          <ChatAuthProvider connector={connector} tokenProvider={tokenProvider} {...props} />
        </QueryClientProvider>
      ),
    )
    expect(result.current).toEqual([false, false, false])
    expect(made).not.toHaveBeenCalled()
  })

  test('is one for all actions of a component', async () => {
    const { App } = createTestApp()
    const { result } = renderHookStrict(() => useChatUser(), App)
    await act(() => result.current.connectUser(jane))
    const { isPending, actionError } = result.current
    expect({ isPending, actionError }).toEqual({ isPending: false, actionError: null })
    await act(() => result.current.disconnectUser())
    expect(result.current.status).toBe('disconnected')
  })

  test('calls the latest of callbacks that are inline', async () => {
    const { App, tokenProvider, backend } = createTestApp()
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    const told: string[] = []
    const { result, rerender } = renderHook(
      ({ name }: { name: string }) => useChatUser({ onSuccess: () => void told.push(name) }),
      { wrapper: App, initialProps: { name: 'first' } },
    )
    let connecting!: Promise<unknown>
    act(() => {
      connecting = result.current.connectUser(jane)
    })
    rerender({ name: 'second' })
    const good = await backend.createToken('jane')
    await act(async () => {
      token.resolve(good)
      await connecting
    })
    expect(told).toEqual(['second'])
  })
})

describe('the moment of a session in useChatUser', () => {
  test('tells a provider that is asked from the wait for its next attempt', async () => {
    const { result, auth, tokenProvider } = await renderReader((session) => ({ ...session }))
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    act(() => void auth.refreshToken().catch(() => {}))
    await waitFor(() => expect(result.current.isRefreshing).toBe(true))
    expect(result.current.retrying).toBeNull()

    await act(async () => token.reject(new Error('no network')))
    await waitFor(() => expect(result.current.isRefreshing).toBe(false))
    expect(result.current.retrying).toMatchObject({
      attempt: 1,
      nextAttemptAt: expect.any(Date) as Date,
      error: { code: 'token-provider-failed' },
    })
  })

  test('says what is tried again while connecting', async () => {
    const { App, tokenProvider } = createTestApp()
    tokenProvider.mockRejectedValue(new Error('no network'))
    const { result } = renderHookStrict(() => useChatUser(), App)
    act(() => void result.current.connectUser(jane).catch(() => {}))

    await waitFor(() =>
      expect(result.current.retrying).toMatchObject({ error: { code: 'token-provider-failed' } }),
    )
    expect(result.current).toMatchObject({ status: 'connecting', connectedAt: null })
  })

  test('keeps the time of the connect at a reconnection, and has another in the next session', async () => {
    const { result, auth, backend } = await renderReader((session) => ({ ...session }))
    const { connectedAt } = result.current
    expect(connectedAt).toBeInstanceOf(Date)
    act(() => backend.dropConnections())
    await waitFor(() => expect(result.current.status).not.toBe('connected'))
    await waitFor(() => expect(result.current.status).toBe('connected'))
    expect(result.current.connectedAt).toBe(connectedAt)

    await act(() => auth.switchUser(bob))
    expect(result.current.connectedAt).not.toBe(connectedAt)
    await act(() => auth.disconnectUser())
    expect(result.current.connectedAt).toBeNull()
  })
})
