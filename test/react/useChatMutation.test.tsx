import { dehydrate, MutationCache, onlineManager, QueryClient } from '@tanstack/react-query'
import { act, screen, waitFor } from '@testing-library/react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthError,
  ChatAuthProvider,
  createChatAuth,
  useChatMutation,
  useChatQuery,
  useChatQueryClient,
  useChatUser,
  type ChatMutationContext,
  type UseChatMutationOptions,
} from '../../src/index.js'
import { ErrorBoundary } from '../support/ErrorBoundary.js'
import { held } from '../support/promises.js'
import {
  bob,
  createTestApp,
  jane,
  renderHookStrict,
  renderStrict,
} from '../support/renderStrict.js'

type SendOptions = Partial<UseChatMutationOptions<string, Error, string, string>>

const send = async (text: string, { fetch, user }: ChatMutationContext) => {
  const body = JSON.stringify({ message: { text } })
  await fetch('/channels/messaging/team/message', { method: 'POST', body })
  return `${user.name}: ${text}`
}

function renderMutation(options: SendOptions = {}, app = new QueryClient()) {
  const { connector, tokenProvider, backend } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const renders: { sessionId: string | null; shown: unknown[] }[] = []
  const useBoth = () => {
    const mutation = useChatMutation<string, Error, string, string>({
      mutationFn: send,
      ...options,
    })
    const { sessionId } = useChatUser()
    renders.push({ sessionId, shown: [mutation.data, mutation.variables, mutation.error] })
    return { ...mutation, ...useChatQueryClient() }
  }
  const { result, rerender } = renderHookStrict(useBoth, (props) => (
    <ChatAuthProvider auth={auth} queryClient={app} {...props} />
  ))
  const cached = () => result.current.queryClient.getMutationCache().getAll()
  return { auth, app, result, rerender, cached, backend, tokenProvider, renders }
}

/** All four callbacks. `calls` has the names of those that were called. */
function createCallbacks() {
  const calls: string[] = []
  return {
    calls,
    onMutate: vi.fn(() => (calls.push('onMutate'), 'before')),
    onSuccess: vi.fn(() => void calls.push('onSuccess')),
    onError: vi.fn((error: Error) => void calls.push(`onError ${(error as ChatAuthError).code}`)),
    onSettled: vi.fn(() => void calls.push('onSettled')),
  }
}

describe('useChatMutation', () => {
  test('acts as the user of the session, and otherwise works as a mutation', async () => {
    const callbacks = createCallbacks()
    const { auth, result, backend } = renderMutation(callbacks)
    await act(() => auth.connectUser(jane))
    expect(result.current).toMatchObject({ status: 'idle', isIdle: true })
    await act(() => result.current.mutateAsync('Hello'))

    await waitFor(() => expect(result.current.isPending).toBe(false))
    expect(result.current).toMatchObject({
      status: 'success',
      data: 'Jane: Hello',
      variables: 'Hello',
      context: 'before',
    })
    expect(backend.requests.at(-1)).toMatchObject({ userId: 'jane', status: 201 })
    expect(callbacks.calls).toEqual(['onMutate', 'onSuccess', 'onSettled'])
    expect(callbacks.onSuccess).toHaveBeenLastCalledWith(
      'Jane: Hello',
      'Hello',
      'before',
      expect.objectContaining({ client: result.current.queryClient }),
    )
    act(() => result.current.reset())
    await waitFor(() => expect(result.current.isIdle).toBe(true))
  })

  test("passes its function the user, and a signal that is aborted at the session's end", async () => {
    const seen = vi.fn((_text: string, _context: ChatMutationContext) => Promise.resolve(''))
    const { auth, result } = renderMutation({ mutationFn: seen, meta: { from: 'the app' } })
    await act(() => auth.connectUser(jane))
    act(() => result.current.mutate('Hello'))
    await waitFor(() => expect(seen).toHaveBeenCalled())
    const { sessionId, client } = auth.getState() as { sessionId: string; client: unknown }
    const context = seen.mock.lastCall![1]
    expect(context).toMatchObject({ user: jane, client, sessionId, meta: { from: 'the app' } })
    expect(context.signal.aborted).toBe(false)

    await act(() => auth.disconnectUser())
    expect(context.signal.aborted).toBe(true)
  })

  test('calls the callbacks passed to `mutate` too', async () => {
    const onSuccess = vi.fn()
    const { auth, result } = renderMutation()
    await act(() => auth.connectUser(jane))
    act(() => result.current.mutate('Hello', { onSuccess }))

    await waitFor(() => expect(onSuccess.mock.lastCall?.[0]).toBe('Jane: Hello'))
  })

  test('calls the callbacks of the latest render', async () => {
    const answer = held<string>()
    const options: SendOptions = { mutationFn: () => answer.promise, onSuccess: vi.fn() }
    const latest = vi.fn()
    const { auth, result, rerender } = renderMutation(options)
    await act(() => auth.connectUser(jane))
    act(() => result.current.mutate('Hello'))
    const first = options.onSuccess
    options.onSuccess = latest
    rerender()
    await act(async () => answer.resolve('Jane: Hello'))

    await waitFor(() => expect(latest).toHaveBeenCalled())
    expect(first).not.toHaveBeenCalled()
  })

  test('fails with a typed error while nobody is connected, and sends nothing', async () => {
    const mutationFn = vi.fn(send)
    const { result } = renderMutation({ mutationFn })
    await act(() =>
      expect(result.current.mutateAsync('Hello')).rejects.toMatchObject({ code: 'not-connected' }),
    )
    await waitFor(() => expect(result.current.error).toMatchObject({ code: 'not-connected' }))
    act(() => result.current.mutate('Hello'))

    await waitFor(() => expect(result.current.submittedAt).toBeGreaterThan(0))
    expect(mutationFn).not.toHaveBeenCalled()
  })

  test.for([
    ['does not repeat what is final', 1, new ChatAuthError('not-allowed'), true],
    [
      'does not repeat it because of defaults either',
      1,
      new ChatAuthError('not-allowed'),
      undefined,
    ],
    ['repeats what may pass as it is told', 3, new ChatAuthError('rate-limited'), 2],
    ["repeats as the app's defaults say", 2, new Error('no'), undefined],
  ] as const)('%s, so that the function is called %i times', async ([, times, error, retry]) => {
    const app = new QueryClient({ defaultOptions: { mutations: { retry: 1 } } })
    const mutationFn = vi.fn(() => Promise.reject(error))
    const { auth, result } = renderMutation(
      { mutationFn, retryDelay: 0, ...(retry !== undefined && { retry }) },
      app,
    )
    await act(() => auth.connectUser(jane))
    await act(() => expect(result.current.mutateAsync('Hello')).rejects.toBe(error))

    expect(mutationFn).toHaveBeenCalledTimes(times)
  })

  test('throws its error in render with `throwOnError`', async () => {
    const { App } = createTestApp()
    function Sender() {
      const { isConnected } = useChatUser()
      const { mutate } = useChatMutation({
        mutationFn: () => Promise.reject(new Error('no')),
        throwOnError: true,
      })
      return (
        <button type="button" onClick={() => mutate()}>
          {isConnected ? 'send' : 'wait'}
        </button>
      )
    }
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    renderStrict(
      <App user={jane}>
        <ErrorBoundary>
          <Sender />
        </ErrorBoundary>
      </App>,
    )
    const button = await screen.findByText('send')
    act(() => button.click())

    expect(await screen.findByText('Error: no')).toBeTruthy()
  })

  test("calls the app's global callbacks", async () => {
    const onSuccess = vi.fn()
    const { auth, result } = renderMutation(
      {},
      new QueryClient({ mutationCache: new MutationCache({ onSuccess }) }),
    )
    await act(() => auth.connectUser(jane))
    await act(() => result.current.mutateAsync('Hello'))

    expect(onSuccess.mock.lastCall?.slice(0, 2)).toEqual(['Jane: Hello', 'Hello'])
  })

  test('leaves no mutation in the query client of the app', async () => {
    const answer = held<string>()
    const { auth, app, result } = renderMutation({ mutationFn: () => answer.promise })
    await act(() => auth.connectUser(jane))
    act(() => result.current.mutate('Hello'))
    await waitFor(() => expect(result.current.isPending).toBe(true))

    expect(dehydrate(app, { shouldDehydrateMutation: () => true }).mutations).toEqual([])
  })
})

describe('useChatMutation when the session ends', () => {
  test('rejects a mutation in flight with a typed error, and calls no success callback', async () => {
    const answer = held<string>()
    const callbacks = createCallbacks()
    const ofCall = { onSuccess: vi.fn() }
    const { auth, result } = renderMutation({ mutationFn: () => answer.promise, ...callbacks })
    await act(() => auth.connectUser(jane))
    let outcome!: Promise<unknown>
    act(() => {
      outcome = result.current.mutateAsync('Hello', ofCall).catch((error: unknown) => error)
    })
    await waitFor(() => expect(result.current.isPending).toBe(true))
    await act(() => auth.switchUser(bob))
    expect(await outcome).toMatchObject({ code: 'session-ended' })
    await act(async () => answer.resolve('Jane: Hello'))

    await waitFor(() =>
      expect(callbacks.calls).toEqual(['onMutate', 'onError session-ended', 'onSettled']),
    )
    expect(ofCall.onSuccess).not.toHaveBeenCalled()
    expect(result.current).toMatchObject({ status: 'idle', variables: undefined, error: null })
  })

  test('drops an answer that arrived just before, without a success callback', async () => {
    const callbacks = createCallbacks()
    const { auth, result } = renderMutation({
      ...callbacks,
      mutationFn: () => Promise.resolve('Jane: Hello'),
      // An app may wait between the answer and `onSuccess`.
      onSuccess: () => auth.switchUser(bob),
    })
    await act(() => auth.connectUser(jane))
    await act(() =>
      expect(result.current.mutateAsync('Hello')).rejects.toMatchObject({ code: 'session-ended' }),
    )
    await waitFor(() =>
      expect(callbacks.calls).toEqual(['onMutate', 'onError session-ended', 'onSettled']),
    )
  })

  test('reports no success in the next session after a slow global callback', async () => {
    const waiting = held<void>()
    const callbacks = createCallbacks()
    const mutationCache = new MutationCache({ onSuccess: () => waiting.promise })
    const { auth, result } = renderMutation(callbacks, new QueryClient({ mutationCache }))
    await act(() => auth.connectUser(jane))
    act(() => result.current.mutate('Hello'))
    await waitFor(() => expect(result.current.isPending).toBe(true))
    await act(() => auth.switchUser(bob))
    await act(async () => waiting.resolve())

    await waitFor(() => expect(callbacks.calls.at(-1)).toBe('onSettled'))
    expect(callbacks.onSuccess).not.toHaveBeenCalled()
  })

  test('keeps neither result nor variables, in any frame or in the cache', async () => {
    const { auth, result, cached, renders } = renderMutation()
    await act(() => auth.connectUser(jane))
    await act(() => result.current.mutateAsync('Hello'))
    await waitFor(() => expect(result.current.isSuccess).toBe(true))
    const [mutation] = cached()
    const { sessionId } = auth.getState() as { sessionId: string }
    await act(() => auth.switchUser(bob))

    const foreign = renders.filter((render) => render.sessionId !== sessionId)
    expect(new Set(foreign.flatMap(({ shown }) => shown))).toEqual(new Set([undefined, null]))
    expect(cached()).toEqual([])
    expect(mutation?.gcTime).toBe(Infinity)
  })

  test('does not send a mutation that waited for the network as the next user', async () => {
    onlineManager.setOnline(false)
    onTestFinished(() => onlineManager.setOnline(true))
    const mutationFn = vi.fn(send)
    const { auth, result, cached } = renderMutation({ mutationFn })
    await act(() => auth.connectUser(jane))
    let outcome!: Promise<unknown>
    act(() => {
      outcome = result.current.mutateAsync('Hello').catch((error: unknown) => error)
    })
    await waitFor(() => expect(result.current.isPaused).toBe(true))
    await act(() => auth.switchUser(bob))
    expect(await outcome).toMatchObject({ code: 'session-ended' })
    expect(cached()).toEqual([])
    await act(async () => onlineManager.setOnline(true))

    expect(mutationFn).not.toHaveBeenCalled()
  })

  test("rejects a call of the old session's `mutate`, which does not act as the next user", async () => {
    const mutationFn = vi.fn(send)
    const { calls, ...callbacks } = createCallbacks()
    const { auth, result } = renderMutation({ mutationFn, ...callbacks })
    await act(() => auth.connectUser(jane))
    const { mutateAsync } = result.current
    await act(() => auth.switchUser(bob))

    await act(() => expect(mutateAsync('Hello')).rejects.toMatchObject({ code: 'session-ended' }))
    expect(mutationFn).not.toHaveBeenCalled()
    // Not even the optimistic value that it would have shown before the answer.
    expect(calls).toEqual(['onError session-ended', 'onSettled'])
  })

  test("does not send a mutation's second request as the next user", async () => {
    const first = held<void>()
    const failed = vi.fn()
    const { auth, result, backend } = renderMutation({
      mutationFn: async (_text, { fetch }) => {
        await first.promise
        await fetch('/channels').catch(failed)
        return ''
      },
    })
    await act(() => auth.connectUser(jane))
    act(() => result.current.mutate('Hello'))
    await waitFor(() => expect(result.current.isPending).toBe(true))
    await act(() => auth.switchUser(bob))
    await act(async () => first.resolve())

    await waitFor(() => expect(failed.mock.lastCall?.[0]).toMatchObject({ code: 'session-ended' }))
    expect(backend.requests.filter(({ path }) => path === '/channels')).toEqual([])
  })

  test('does not bring old data back through the rollback of an optimistic update', async () => {
    const { connector, tokenProvider } = createTestApp()
    const auth = createChatAuth({ connector, tokenProvider })
    onTestFinished(() => auth.dispose())
    const rolledBack = vi.fn()
    const useOptimistic = () => {
      const { queryClient, sessionKey } = useChatQueryClient()
      const key = sessionKey(['count'])
      const query = useChatQuery({ queryKey: ['count'], queryFn: ({ user }) => user.id })
      const mutation = useChatMutation({
        mutationFn: () => new Promise<void>(() => {}),
        onMutate: () => {
          const before = queryClient.getQueryData(key)
          queryClient.setQueryData(key, 'optimistic')
          return before
        },
        onError: (_error, _variables, before) => {
          rolledBack(before)
          queryClient.setQueryData(key, before)
        },
      })
      return { query, mutation, queryClient }
    }
    const { result } = renderHookStrict(useOptimistic, (props) => (
      <ChatAuthProvider auth={auth} {...props} />
    ))
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.data).toBe('jane'))
    act(() => result.current.mutation.mutate())
    await waitFor(() => expect(result.current.query.data).toBe('optimistic'))
    await act(() => auth.switchUser(bob))

    await waitFor(() => expect(rolledBack).toHaveBeenCalledWith('jane'))
    await waitFor(() => expect(result.current.query.data).toBe('bob'))
    const data = result.current.queryClient.getQueryCache().getAll()
    expect(data.map((query) => query.state.data)).toEqual(['bob'])
  })
})
