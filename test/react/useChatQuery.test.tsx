import { focusManager, QueryCache, QueryClient, skipToken } from '@tanstack/react-query'
import { act, waitFor } from '@testing-library/react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ChatAuthError, type ChatQueryContext } from '../../src/index.js'
import { held } from '../support/promises.js'
import { jane, renderStrict } from '../support/renderStrict.js'
import { inboxOf, Inbox, createApp, renderQuery, type InboxOptions } from './inbox.js'

describe('useChatQuery', () => {
  test('waits until a session has connected, and fetches as its user', async () => {
    const queryFn = vi.fn(inboxOf)
    const { auth, result, tokenProvider, backend } = renderQuery({ queryFn })
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    let connecting!: Promise<unknown>
    act(() => {
      connecting = auth.connectUser(jane)
    })
    await waitFor(() => expect(tokenProvider).toHaveBeenCalled())
    expect(result.current.query).toMatchObject({ status: 'pending', fetchStatus: 'idle' })
    expect(queryFn).not.toHaveBeenCalled()

    const good = await backend.createToken('jane')
    await act(async () => {
      token.resolve(good)
      await connecting
    })
    await waitFor(() => expect(result.current.query.data).toBe('inbox of Jane'))
    expect(queryFn).toHaveBeenCalledTimes(1)
    expect(backend.requests.at(-1)).toMatchObject({ path: '/users', userId: 'jane' })
  })

  test('passes its function the user, client, session id, key, meta and signal', async () => {
    const seen = vi.fn()
    const queryFn = (context: ChatQueryContext) => {
      seen(context)
      return ''
    }
    const { auth } = renderQuery({ queryFn, meta: { from: 'the app' } })
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(seen).toHaveBeenCalled())

    const { sessionId, client } = auth.getState() as { sessionId: string; client: unknown }
    expect(seen.mock.lastCall?.[0]).toMatchObject({
      user: jane,
      client,
      sessionId,
      queryKey: ['inbox'],
      meta: { from: 'the app' },
      signal: expect.any(AbortSignal),
    })
  })

  test('is not fetched with `enabled: false` or `skipToken`, except by `refetch`', async () => {
    const queryFn = vi.fn(inboxOf)
    const { auth, result } = renderQuery({ queryFn, enabled: false })
    const skipping = renderQuery({ queryFn: skipToken })
    await act(() => auth.connectUser(jane))
    await act(() => skipping.auth.connectUser(jane))

    expect(queryFn).not.toHaveBeenCalled()
    expect(result.current.query.fetchStatus).toBe('idle')
    expect(skipping.result.current.query.fetchStatus).toBe('idle')
    await act(() => result.current.query.refetch())
    await waitFor(() => expect(result.current.query.data).toBe('inbox of Jane'))
  })

  test('is not affected by a refresh of the token', async () => {
    const { auth, result, tokenProvider, backend } = renderQuery()
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.data).toBe('inbox of Jane'))
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    await act(() => backend.expireToken('jane'))

    let refetching!: Promise<unknown>
    act(() => {
      refetching = result.current.query.refetch()
    })
    await waitFor(() => expect(auth.getState()).toMatchObject({ token: { heldRequests: 1 } }))
    expect(result.current.query).toMatchObject({ data: 'inbox of Jane', failureCount: 0 })
    const fresh = await backend.createToken('jane')
    await act(async () => {
      token.resolve(fresh)
      await refetching
    })
    expect(result.current.query).toMatchObject({ isSuccess: true, errorUpdateCount: 0 })
  })

  test('fetches again when the window regains focus, as every query does', async () => {
    const queryFn = vi.fn(inboxOf)
    const { auth, result } = renderQuery({ queryFn })
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.isSuccess).toBe(true))
    onTestFinished(() => focusManager.setFocused(undefined))
    focusManager.setFocused(false)
    act(() => focusManager.setFocused(true))

    await waitFor(() => expect(queryFn).toHaveBeenCalledTimes(2))
  })

  test.for([
    ['goes on in flight after its last component is gone', false],
    ['is cancelled in flight after its last component is gone, if it uses the signal', true],
  ] as const)('%s', async ([, usesSignal]) => {
    const answer = held<string>()
    let context!: ChatQueryContext
    const queryFn = (given: ChatQueryContext) => {
      context = given
      if (usesSignal) given.signal.throwIfAborted()
      return answer.promise
    }
    const { auth, App } = createApp()
    const page = (isShown: boolean) => <App>{isShown && <Inbox queryFn={queryFn} />}</App>
    await auth.connectUser(jane)
    const { rerender } = renderStrict(page(true))
    await waitFor(() => expect(context).toBeTruthy())
    rerender(page(false))

    expect(context.signal.aborted).toBe(usesSignal)
  })

  test('fetches once under StrictMode when the session is already connected', async () => {
    const queryFn = vi.fn(inboxOf)
    const setup = createApp()
    await setup.auth.connectUser(jane)
    const { result, cached } = renderQuery({ queryFn }, setup)
    await waitFor(() => expect(result.current.query.data).toBe('inbox of Jane'))

    expect(queryFn).toHaveBeenCalledTimes(1)
    expect(cached()).toHaveLength(1)
  })

  describe('useChatQuery on failure', () => {
    const fail = (error: Error, options: InboxOptions = {}) => {
      const queryFn = vi.fn(() => Promise.reject(error))
      return { queryFn, options: { retryDelay: 0, queryFn, ...options } }
    }

    test("does not retry a final error of this library, whatever the app's options", async () => {
      const final = new ChatAuthError('token-provider-denied')
      const always = fail(final, { retry: true })
      const byDefault = fail(final)
      const app = new QueryClient({ defaultOptions: { queries: { retry: () => true } } })
      const one = renderQuery(always.options)
      const other = renderQuery(byDefault.options, createApp({ app }))
      await act(() => one.auth.connectUser(jane))
      await act(() => other.auth.connectUser(jane))

      await waitFor(() => expect(one.result.current.query.error).toBe(final))
      await waitFor(() => expect(other.result.current.query.error).toBe(final))
      expect(always.queryFn).toHaveBeenCalledTimes(1)
      expect(byDefault.queryFn).toHaveBeenCalledTimes(1)
    })

    test.for([
      ['a retryable error', new ChatAuthError('hold-timeout')],
      ['any other error', new Error('no')],
    ] as const)("retries after %s as often as the app's options say", async ([, error]) => {
      const own = fail(error, { retry: 1 })
      const byDefault = fail(error)
      const app = new QueryClient({ defaultOptions: { queries: { retry: 2 } } })
      const one = renderQuery(own.options, createApp({ app }))
      const other = renderQuery(byDefault.options, createApp({ app }))
      await act(() => one.auth.connectUser(jane))
      await act(() => other.auth.connectUser(jane))

      await waitFor(() => expect(one.result.current.query.isError).toBe(true))
      await waitFor(() => expect(other.result.current.query.isError).toBe(true))
      expect(own.queryFn).toHaveBeenCalledTimes(2)
      expect(byDefault.queryFn).toHaveBeenCalledTimes(3)
    })

    test("calls the app's global callback, as every query does", async () => {
      const onError = vi.fn()
      const app = new QueryClient({ queryCache: new QueryCache({ onError }) })
      const { options } = fail(new Error('no'), { retry: false })
      const { auth } = renderQuery(options, createApp({ app }))
      await act(() => auth.connectUser(jane))

      await waitFor(() => expect(onError).toHaveBeenCalledTimes(1))
    })
  })
})
