import {
  dehydrate,
  focusManager,
  keepPreviousData,
  QueryClient,
  useQuery,
} from '@tanstack/react-query'
import { act, screen, waitFor } from '@testing-library/react'
import { useLayoutEffect } from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  useChatAuth,
  useChatQueryClient,
  useChatUser,
  type ChatQueryContext,
} from '../../src/index.js'
import { createFrames } from '../support/frames.js'
import { held } from '../support/promises.js'
import { bob, jane, renderHookStrict, renderStrict } from '../support/renderStrict.js'
import { createApp, Inbox, inboxOf, renderQuery, Who, type InboxOptions } from './inbox.js'

describe('a query when the session ends', () => {
  /** Two components, and one that reads the cache as soon as it is told of another state. */
  function createPage(options: InboxOptions = {}) {
    const setup = createApp()
    const { frames, Frames } = createFrames()
    const left: unknown[] = []
    function Watcher() {
      const { queryClient } = useChatQueryClient()
      const auth = useChatAuth()
      useLayoutEffect(
        () =>
          auth.subscribe(() => {
            if (auth.getState().status === 'connected') return
            // Without a session, only keys of an ended session could be left.
            const queries = queryClient.getQueryCache().getAll()
            left.push(...queries.map(({ queryKey }) => queryKey).filter((key) => key[1] !== null))
          }),
        [auth, queryClient],
      )
      return null
    }
    renderStrict(
      <setup.App>
        <Frames>
          <Watcher />
          <Who />
          <Inbox {...options} />
        </Frames>
      </setup.App>,
    )
    return { ...setup, frames, left }
  }

  test.for([
    ['plain', {}],
    ['that keeps what it showed', { placeholderData: keepPreviousData }],
    ['that never grows stale', { staleTime: Infinity, gcTime: Infinity }],
  ] as const)(
    'shows no frame with one user and the data of another, if it is a query %s',
    async ([, options]) => {
      const { auth, frames, left } = createPage(options)
      await auth.connectUser(jane)
      await screen.findByText('inbox of Jane')
      await auth.switchUser(bob)
      await screen.findByText('inbox of Bob')
      await auth.switchUser(jane)
      await screen.findByText('inbox of Jane')
      await auth.disconnectUser()
      await screen.findByText('disconnected')

      expect(frames).toEqual([
        'disconnected · nothing',
        'connecting · nothing',
        'Jane · nothing',
        'Jane · inbox of Jane',
        'disconnecting · nothing',
        'connecting · nothing',
        'Bob · nothing',
        'Bob · inbox of Bob',
        'disconnecting · nothing',
        'connecting · nothing',
        // Fetched from the backend again, and not taken from her first session.
        'Jane · nothing',
        'Jane · inbox of Jane',
        'disconnecting · nothing',
        'disconnected · nothing',
      ])
      expect(left).toEqual([])
    },
  )

  test('is cancelled in flight, and its late answer is dropped', async () => {
    const answer = held<string>()
    const signals: AbortSignal[] = []
    const queryFn = ({ signal, user }: ChatQueryContext) => {
      signals.push(signal)
      return user.id === 'jane' ? answer.promise : 'inbox of Bob'
    }
    const { auth, result, cached } = renderQuery({ queryFn })
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.fetchStatus).toBe('fetching'))
    const [query] = cached()
    await act(() => auth.switchUser(bob))
    expect(signals[0]?.aborted).toBe(true)
    // No timer keeps dropped data.
    expect(query?.gcTime).toBe(Infinity)
    await act(async () => answer.resolve('inbox of Jane'))

    await waitFor(() => expect(result.current.query.data).toBe('inbox of Bob'))
    expect(cached().map((query) => query.state.data)).toEqual(['inbox of Bob'])
  })

  test('sends no later request as the next user', async () => {
    const first = held<void>()
    const failed = vi.fn()
    const queryFn = async ({ fetch, user }: ChatQueryContext) => {
      if (user.id === 'bob') return ''
      await first.promise
      await fetch('/channels').catch(failed)
      return ''
    }
    const { auth, backend } = renderQuery({ queryFn })
    await act(() => auth.connectUser(jane))
    await act(() => auth.switchUser(bob))
    await act(async () => first.resolve())

    await waitFor(() => expect(failed).toHaveBeenCalled())
    expect(failed.mock.lastCall?.[0]).toMatchObject({ code: 'session-ended' })
    expect(backend.requests.filter(({ path }) => path === '/channels')).toEqual([])
  })

  test('drops late writes under its keys, or under none', async () => {
    const { auth, result, cached } = renderQuery()
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.isSuccess).toBe(true))
    const { queryClient, sessionKey } = result.current
    await act(() => auth.switchUser(bob))
    await waitFor(() => expect(result.current.query.isSuccess).toBe(true))
    queryClient.setQueryData(sessionKey(['inbox']), 'inbox of Jane')
    queryClient.setQueryData(['draft'], 'draft of Jane')
    queryClient.setQueryData(result.current.sessionKey(['draft']), 'draft of Bob')

    expect(cached().map((query) => query.state.data)).toEqual(['inbox of Bob', 'draft of Bob'])
  })

  test('leaves no data after a failure either', async () => {
    const { auth, result, cached, tokenProvider } = renderQuery()
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.isSuccess).toBe(true))
    tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
    await act(() => auth.refreshToken().catch(() => {}))

    expect(auth.getState().status).toBe('failed')
    expect(result.current.query.data).toBeUndefined()
    expect(cached().filter((query) => query.state.data !== undefined)).toEqual([])
  })

  test("does not affect the app's own queries, which keep their data without a fetch", async () => {
    const app = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
    const setup = createApp({ app })
    const queryFn = vi.fn(() => 'settings of the app')
    const useOwn = () => useQuery({ queryKey: ['settings'], queryFn })
    const { result } = renderHookStrict(() => [useOwn(), useChatUser()] as const, setup.App)
    await waitFor(() => expect(result.current[0].isSuccess).toBe(true))
    await act(() => setup.auth.connectUser(jane))
    await act(() => setup.auth.switchUser(bob))
    await act(() => setup.auth.disconnectUser())

    expect(result.current[0].data).toBe('settings of the app')
    expect(queryFn).toHaveBeenCalledTimes(1)
  })
})

describe('the data of a session', () => {
  test('is nowhere in the query client of the app, so that it is not dehydrated', async () => {
    const persister = vi.fn()
    const app = new QueryClient({ defaultOptions: { queries: { persister } } })
    const { auth, result } = renderQuery({}, createApp({ app }))
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.data).toBe('inbox of Jane'))

    const everything = { shouldDehydrateQuery: () => true, shouldDehydrateMutation: () => true }
    expect(dehydrate(app, everything).queries).toEqual([])
    expect(persister).not.toHaveBeenCalled()
  })

  test("follows the app's query defaults, except those that would mix sessions", async () => {
    const structuralSharing = vi.fn((_old: unknown, data: unknown) => data)
    const queryKeyHashFn = vi.fn(() => 'the same for all')
    const app = new QueryClient({
      defaultOptions: { queries: { gcTime: 1234, structuralSharing, queryKeyHashFn } },
    })
    const { auth, result, cached } = renderQuery({}, createApp({ app }))
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.isSuccess).toBe(true))

    expect(cached()[0]?.gcTime).toBe(1234)
    expect(structuralSharing).not.toHaveBeenCalled()
    expect(queryKeyHashFn).not.toHaveBeenCalled()
  })

  test('lies under a key that names the session, and can be invalidated', async () => {
    const queryFn = vi.fn(inboxOf)
    const { auth, result, cached } = renderQuery({ queryFn })
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.isSuccess).toBe(true))
    const { sessionId } = auth.getState() as { sessionId: string }
    expect(cached()[0]?.queryKey).toEqual(['chat-auth', sessionId, 'inbox'])

    const { queryClient, sessionKey } = result.current
    await act(() => queryClient.invalidateQueries({ queryKey: sessionKey(['inbox']) }))
    expect(queryFn).toHaveBeenCalledTimes(2)
  })

  test('of two providers is apart: one that logs out takes nothing from the other', async () => {
    const app = new QueryClient()
    const one = renderQuery({}, createApp({ app }))
    const other = renderQuery({}, createApp({ app }))
    await act(() => one.auth.connectUser(jane))
    await act(() => other.auth.connectUser(bob))
    await waitFor(() => expect(one.result.current.query.isSuccess).toBe(true))
    await waitFor(() => expect(other.result.current.query.isSuccess).toBe(true))
    await act(() => one.auth.disconnectUser())

    expect(one.result.current.query.data).toBeUndefined()
    expect(other.result.current.query.data).toBe('inbox of Bob')
  })

  test("is gone after the provider's unmount, with every timer", async () => {
    const { auth, result, unmount, cached } = renderQuery({ refetchInterval: 60_000 })
    await act(() => auth.connectUser(jane))
    await waitFor(() => expect(result.current.query.isSuccess).toBe(true))
    const [query] = cached()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    unmount()
    vi.advanceTimersByTime(0)

    expect(cached()).toEqual([])
    expect(query?.state.data).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
    expect(focusManager.hasListeners()).toBe(false)
  })

  test('belongs to the new handle once the provider gets another one', async () => {
    const one = createApp()
    const other = createApp()
    await other.auth.connectUser(bob)
    const page = (auth: typeof one.auth) => (
      <ChatAuthProvider auth={auth}>
        <Who />
        <Inbox />
      </ChatAuthProvider>
    )
    const { rerender } = renderStrict(page(one.auth))
    await act(() => one.auth.connectUser(jane))
    await screen.findByText('inbox of Jane')
    rerender(page(other.auth))
    expect(screen.getByText('nothing')).toBeTruthy()
    await screen.findByText('inbox of Bob')
    await act(() => other.auth.switchUser(jane))

    expect(await screen.findByText('inbox of Jane')).toBeTruthy()
  })
})
