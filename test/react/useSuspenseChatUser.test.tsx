import { act, screen, waitFor } from '@testing-library/react'
import { Suspense } from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  createChatAuth,
  useSuspenseChatUser,
  type HttpChatClient,
} from '../../src/index.js'
import { ErrorBoundary } from '../support/ErrorBoundary.js'
import { createFrames } from '../support/frames.js'
import { held } from '../support/promises.js'
import {
  bob,
  createTestApp,
  jane,
  renderHookStrict,
  renderStrict,
} from '../support/renderStrict.js'

/** A long limit, because a slow machine is no failure. */
const patiently = { timeout: 30_000 }

/** Renders a page that suspends, and records everything that it shows. */
function createPage({ retriesInBoundary = false } = {}) {
  const { connector, tokenProvider, backend } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const { frames, Frames } = createFrames()
  const seen: ReturnType<typeof useSuspenseChatUser>[] = []
  function Greeting() {
    const session = useSuspenseChatUser<HttpChatClient>()
    seen.push(session)
    return <p data-frame>{session ? `Hello ${session.user.name}` : 'Nobody'}</p>
  }
  const page = (
    <ChatAuthProvider auth={auth}>
      <Frames>
        <ErrorBoundary {...(retriesInBoundary && { onRetry: () => void auth.retry() })}>
          <Suspense fallback={<p data-frame>…</p>}>
            <Greeting />
          </Suspense>
        </ErrorBoundary>
      </Frames>
    </ChatAuthProvider>
  )
  return { auth, tokenProvider, backend, frames, seen, page }
}

describe('useSuspenseChatUser', () => {
  test('returns null while nobody is connected, suspends while someone is connecting', async () => {
    const { auth, tokenProvider, backend, frames, page } = createPage()
    renderStrict(page)
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    let connecting!: Promise<unknown>
    act(() => {
      connecting = auth.connectUser(jane)
    })
    expect(screen.getByText('…')).toBeTruthy()
    await act(async () => {
      token.resolve(await backend.createToken('jane'))
      await connecting
    })

    expect(await screen.findByText('Hello Jane')).toBeTruthy()
    expect(frames).toEqual(['Nobody', 'Nobody · …', 'Hello Jane'])
  })

  test('suspends in its first render, and shows the session as soon as it is connected', async () => {
    const { auth, page } = createPage()
    const warned = vi.spyOn(console, 'error')
    onTestFinished(() => warned.mockRestore())
    const connecting = auth.connectUser(jane)
    renderStrict(page)
    expect(screen.getByText('…')).toBeTruthy()
    await act(() => connecting)

    expect(await screen.findByText('Hello Jane')).toBeTruthy()
    expect(warned).not.toHaveBeenCalled()
  })

  test('suspends during a switch, and shows no user between the two', async () => {
    const { auth, frames, page } = createPage()
    await auth.connectUser(jane)
    renderStrict(page)
    await auth.switchUser(bob)
    await screen.findByText('Hello Bob')
    await auth.disconnectUser()
    await screen.findByText('Nobody')

    // React hides suspended content, but leaves it in the document.
    expect(frames).toEqual(['Hello Jane', 'Hello Jane · …', 'Hello Bob', 'Hello Bob · …', 'Nobody'])
  })

  test('throws the error of a failed session, and suspends again at a retry', async () => {
    const { auth, tokenProvider, backend, page } = createPage()
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    renderStrict(page)
    tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
    await act(() => auth.connectUser(jane).catch(() => {}))
    const problem = await screen.findByText(/^ChatAuthError: The token provider refused/)
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    let retrying!: Promise<void>
    await act(async () => {
      retrying = auth.retry()
      await vi.waitFor(() => expect(auth.getState().status).toBe('connecting'), patiently)
    })
    act(() => problem.click())
    expect(screen.getByText('…')).toBeTruthy()
    await act(async () => {
      token.resolve(await backend.createToken('jane'))
      await retrying
    })

    expect(await screen.findByText('Hello Jane')).toBeTruthy()
  })

  test('suspends at once when an error boundary retries and resets in one click', async () => {
    const { auth, tokenProvider, backend, page } = createPage({ retriesInBoundary: true })
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    renderStrict(page)
    tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
    await act(() => auth.connectUser(jane).catch(() => {}))
    const problem = await screen.findByText(/^ChatAuthError: The token provider refused/)
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    act(() => problem.click())
    expect(auth.getState().status).toBe('connecting')
    expect(screen.getByText('…')).toBeTruthy()
    expect(screen.queryByRole('button')).toBeNull()
    await act(async () => token.resolve(await backend.createToken('jane')))

    expect(await screen.findByText('Hello Jane')).toBeTruthy()
  })

  test('returns the session, and does not re-render while it is the same', async () => {
    const { auth, seen, page } = createPage()
    await auth.connectUser(jane)
    renderStrict(page)
    const { sessionId, client, identity } = auth.getState() as never
    expect(seen.at(-1)).toMatchObject({ sessionId, client, identity, user: jane })
    const renders = seen.length
    await act(() => auth.refreshToken())

    expect(seen).toHaveLength(renders)
  })

  test('wakes all suspended components, and leaves no listener', async () => {
    const { connector, tokenProvider } = createTestApp()
    const auth = createChatAuth({ connector, tokenProvider })
    onTestFinished(() => auth.dispose())
    const listening = new Set<object>()
    const watched = {
      ...auth,
      subscribe(listener: () => void) {
        const one = {}
        listening.add(one)
        const unsubscribe = auth.subscribe(listener)
        return () => {
          listening.delete(one)
          unsubscribe()
        }
      },
    }
    function Greeting() {
      return <p>{useSuspenseChatUser()?.user.name}</p>
    }
    const connecting = auth.connectUser(jane)
    const { unmount } = renderStrict(
      <ChatAuthProvider auth={watched}>
        <Suspense>
          <Greeting />
        </Suspense>
        <Suspense>
          <Greeting />
        </Suspense>
      </ChatAuthProvider>,
    )
    // One listener is the provider's own.
    expect(listening.size).toBe(2)
    await act(() => connecting)
    expect(await screen.findAllByText('Jane')).toHaveLength(2)
    unmount()

    await waitFor(() => expect(listening.size).toBe(0))
  })

  test('does not re-render while it is suspended, the second time too', async () => {
    const { connector, tokenProvider } = createTestApp()
    const auth = createChatAuth({ connector, tokenProvider })
    onTestFinished(() => auth.dispose())
    const rendered = vi.fn()
    function Greeting() {
      rendered()
      return <p>{useSuspenseChatUser()?.user.name ?? 'Nobody'}</p>
    }
    renderStrict(
      <ChatAuthProvider auth={auth}>
        <Suspense fallback={<p>…</p>}>
          <Greeting />
        </Suspense>
      </ChatAuthProvider>,
    )
    await act(() => auth.connectUser(jane))
    await screen.findByText('Jane')
    tokenProvider.mockReturnValueOnce(new Promise(() => {}))
    act(() => void auth.switchUser(bob).catch(() => {}))
    await waitFor(() => expect(auth.getState().status).toBe('connecting'))
    const aTask = () => act(() => new Promise((resolve) => setTimeout(resolve)))
    await aTask()
    rendered.mockClear()
    await aTask()
    await aTask()

    expect(screen.getByText('…')).toBeTruthy()
    expect(rendered).not.toHaveBeenCalled()
    await act(async () => auth.dispose())
  })

  test('notices another session or another user without a state between them', () => {
    const { auth } = createPage()
    const listeners = new Set<() => void>()
    const live = { status: 'connected', user: jane, sessionId: 'a', client: {}, identity: {} }
    let state = live
    const handle = {
      ...auth,
      getState: () => state as never,
      subscribe(listener: () => void) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    const { result } = renderHookStrict(useSuspenseChatUser, (props) => (
      <ChatAuthProvider auth={handle as never} {...props} />
    ))
    const become = (next: typeof live) =>
      act(() => {
        state = next
        for (const listener of listeners) listener()
      })
    become({ ...live, sessionId: 'b' })
    expect(result.current?.sessionId).toBe('b')
    become({ ...live, sessionId: 'b', user: bob })
    expect(result.current?.user).toBe(bob)
  })
})
