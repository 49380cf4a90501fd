import {
  MutationCache,
  QueryClient,
  QueryClientProvider,
  dehydrate,
  onlineManager,
} from '@tanstack/react-query'
import { act, render, screen, waitFor } from '@testing-library/react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ChatAuthProvider, useChatAuth, useChatUser, type SessionAction } from '../../src/index.js'
import { createCanaries } from '../support/memory.js'
import {
  bob,
  createTestApp,
  jane,
  renderHookStrict,
  renderStrict,
} from '../support/renderStrict.js'

/** Records the successful actions of the hooks in a query client. */
function recordActions(queryClient: QueryClient): SessionAction[] {
  const seen: SessionAction[] = []
  queryClient.getMutationCache().subscribe(({ type, mutation }) => {
    const isOurs = mutation?.options.mutationKey?.[0] === 'chat-auth'
    if (isOurs && type === 'updated' && mutation.state.status === 'success') {
      seen.push(mutation.state.variables as SessionAction)
    }
  })
  return seen
}

describe('the query client of the actions', () => {
  test('is the nearest one', async () => {
    const { App } = createTestApp()
    const nearest = new QueryClient()
    const seen = recordActions(nearest)
    const { result } = renderHookStrict(
      () => useChatUser(),
      ({ children }) => (
        <QueryClientProvider client={nearest}>
          <App>{children}</App>
        </QueryClientProvider>
      ),
    )
    await act(() => result.current.connectUser(jane))

    expect(seen).toEqual([{ type: 'connectUser', userId: 'jane' }])
  })

  test('is the one passed, though another is nearer', async () => {
    const { connector, tokenProvider } = createTestApp()
    const [given, nearest] = [new QueryClient(), new QueryClient()]
    const [seen, notSeen] = [recordActions(given), recordActions(nearest)]
    const { result } = renderHookStrict(
      () => useChatUser(),
      ({ children }) => (
        <QueryClientProvider client={nearest}>
          <ChatAuthProvider connector={connector} tokenProvider={tokenProvider} queryClient={given}>
            {children}
          </ChatAuthProvider>
        </QueryClientProvider>
      ),
    )
    await act(() => result.current.connectUser(jane))

    expect(seen).toHaveLength(1)
    expect(notSeen).toHaveLength(0)
  })

  test("is the provider's own where the app has none, the same at every render", async () => {
    const { App } = createTestApp()
    const { result, rerender } = renderHookStrict(() => useChatUser(), App)
    const { connectUser } = result.current
    rerender()
    expect(result.current.connectUser).toBe(connectUser)
    await act(() => result.current.connectUser(jane))

    expect(result.current.isConnected).toBe(true)
  })
})

describe("an app's own defaults for mutations", () => {
  test('do not make an action retry, wait for a network or throw in render', async () => {
    const { App, tokenProvider } = createTestApp()
    const queryClient = new QueryClient({
      defaultOptions: { mutations: { retry: 5, networkMode: 'online', throwOnError: true } },
    })
    tokenProvider.mockRejectedValue(Object.assign(new Error(), { permanent: true }))
    onlineManager.setOnline(false)
    onTestFinished(() => onlineManager.setOnline(true))
    const { result } = renderHookStrict(
      () => useChatUser(),
      ({ children }) => (
        <QueryClientProvider client={queryClient}>
          <App>{children}</App>
        </QueryClientProvider>
      ),
    )
    await act(() => result.current.disconnectUser())
    await act(() => result.current.connectUser(jane).catch(() => {}))

    await waitFor(() => expect(result.current.actionError?.code).toBe('token-provider-denied'))
    expect(tokenProvider).toHaveBeenCalledTimes(1)
  })
})

test('no variables or context of a successful action outlive its session', async () => {
  const { App } = createTestApp()
  const queryClient = new QueryClient()
  const canaries = createCanaries()
  function Connect() {
    const { connectUser, status } = useChatUser({ onMutate: () => canaries.canary('context', {}) })
    return (
      <button type="button" onClick={() => void connectUser(jane)}>
        {status}
      </button>
    )
  }
  function LogOut() {
    const auth = useChatAuth()
    return (
      <button type="button" onClick={() => void auth.disconnectUser()}>
        log out
      </button>
    )
  }
  renderStrict(
    <QueryClientProvider client={queryClient}>
      <App>
        <Connect />
        <LogOut />
      </App>
    </QueryClientProvider>,
  )
  act(() => screen.getByText('disconnected').click())
  expect(queryClient.getMutationCache().getAll()).toHaveLength(1)
  await screen.findByText('connected')
  await waitFor(() => expect(queryClient.getMutationCache().getAll()).toHaveLength(0))
  act(() => screen.getByText('log out').click())
  await screen.findByText('disconnected')

  expect(canaries.names()).toEqual(['context'])
  expect(await canaries.reachable()).toEqual([])
})

test("an error thrown by an app's own callback rejects the action, and none goes unhandled", async () => {
  const { App, tokenProvider } = createTestApp()
  tokenProvider.mockRejectedValue(Object.assign(new Error(), { permanent: true }))
  const onMutate = () => {
    throw new Error('a bug in the app')
  }
  const queryClient = new QueryClient({ mutationCache: new MutationCache({ onMutate }) })
  const { result } = renderHookStrict(
    () => useChatUser(),
    ({ children }) => (
      <QueryClientProvider client={queryClient}>
        <App>{children}</App>
      </QueryClientProvider>
    ),
  )
  await act(() => expect(result.current.connectUser(jane)).rejects.toThrow('a bug in the app'))
  await waitFor(() => expect(result.current.status).toBe('failed'))
})

test('global callbacks of the app are called for actions as for any mutation', async () => {
  const { App } = createTestApp()
  const [onMutate, onSuccess, onError, onSettled] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
  const { result } = renderHookStrict(
    () => useChatUser({ onMutate, onSuccess, onError, onSettled }),
    App,
  )
  await act(() => result.current.connectUser(jane))
  const connecting = { type: 'connectUser', userId: 'jane' }
  expect(onMutate.mock.lastCall?.[0]).toEqual(connecting)
  expect(onSuccess.mock.lastCall?.[1]).toEqual(connecting)
  expect(onSettled.mock.lastCall?.slice(1, 3)).toEqual([null, connecting])

  await act(() => result.current.connectUser(bob, 'not a token').catch(() => {}))
  expect(onError.mock.lastCall?.slice(0, 2)).toEqual([
    expect.objectContaining({ code: 'token-malformed' }),
    { type: 'connectUser', userId: 'bob' },
  ])
})

describe('a token', () => {
  const isObject = (value: unknown): value is object =>
    (typeof value === 'object' && value !== null) || typeof value === 'function'

  /** Collects every string that can be reached from `root`, also through hidden fields, maps and errors. */
  function stringsIn(root: unknown): string[] {
    const seen = new Set<object>()
    const strings: string[] = []
    const queue: unknown[] = [root]
    while (queue.length > 0) {
      const value = queue.pop()
      if (typeof value === 'string') strings.push(value)
      if (!isObject(value) || seen.has(value) || value === window) continue
      seen.add(value)
      if (value instanceof Map || value instanceof Set) queue.push(...value.entries())
      for (const key of Reflect.ownKeys(value)) {
        const property = Object.getOwnPropertyDescriptor(value, key)
        if (property && 'value' in property) queue.push(property.value)
      }
    }
    return strings
  }

  test('is in no cache and no DOM node: in use, after its session, or refused', async () => {
    const { App, backend } = createTestApp()
    const queryClient = new QueryClient()
    const canary = 'canary-7d1f'
    const claims = { jti: canary }
    const [good, expired] = [
      await backend.createToken('jane', { claims }),
      await backend.createToken('bob', { claims, expiresAt: new Date(1000) }),
    ]
    const cacheAndPage = () =>
      [
        ...stringsIn(queryClient.getMutationCache().getAll()),
        ...stringsIn(queryClient.getQueryCache().getAll()),
        JSON.stringify(dehydrate(queryClient, { shouldDehydrateMutation: () => true })),
        document.documentElement.outerHTML,
      ].join('\n')
    const leaks = () =>
      [good, expired, canary].filter((secret) => cacheAndPage().includes(secret)).length

    function Form() {
      const { connectUser, switchUser, ...session } = useChatUser()
      return (
        <>
          <button type="button" onClick={() => void connectUser(jane, good)}>
            connect
          </button>
          <button type="button" onClick={() => void switchUser(bob, expired)}>
            switch
          </button>
          <button type="button" onClick={() => void connectUser(jane, () => good)}>
            provide
          </button>
          <pre>{JSON.stringify(session)}</pre>
        </>
      )
    }
    render(
      <QueryClientProvider client={queryClient}>
        <App>
          <Form />
        </App>
      </QueryClientProvider>,
    )
    const outcomes = { connect: /"connected"/, switch: /"failed"/, provide: /"connected"/ }
    for (const [name, outcome] of Object.entries(outcomes)) {
      act(() => screen.getByText(name).click())
      expect(queryClient.getMutationCache().getAll()).not.toHaveLength(0)
      expect(leaks()).toBe(0)
      await screen.findByText(outcome)
      expect(leaks()).toBe(0)
    }
    // Proves that the search finds a token that is there.
    const variables = { token: good }
    queryClient.getMutationCache().build(queryClient, {}).state.variables = variables as never
    expect(leaks()).toBe(1)
  })
})
