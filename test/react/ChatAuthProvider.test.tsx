import { act, screen, waitFor } from '@testing-library/react'
import { useEffect, useState } from 'react'
import { describe, expect, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  createChatAuth,
  useChatAuth,
  useChatFetch,
  useChatUser,
  type ChatAuth,
  type TokenRequest,
} from '../../src/index.js'
import { ErrorBoundary } from '../support/ErrorBoundary.js'
import { bob, createTestApp, jane, renderError, renderStrict } from '../support/renderStrict.js'

function Status() {
  const { status, user, error } = useChatUser()
  return <p>{[status, user?.name, error?.code].filter(Boolean).join(' ')}</p>
}

/** Passes the handle, and with it the actions of hooks, to the test. */
function Handle({ onHandle }: { onHandle: (auth: ChatAuth) => void }) {
  const auth = useChatAuth()
  useEffect(() => {
    onHandle(auth)
  }, [auth, onHandle])
  return null
}

describe('a declared user', () => {
  test('is connected once under StrictMode: one session, one provider call, one socket', async () => {
    const { App, backend, tokenProvider } = createTestApp()
    const onEvent = vi.fn()
    renderStrict(
      <App user={jane} onEvent={onEvent}>
        <Status />
      </App>,
    )

    await screen.findByText('connected Jane')
    const started = onEvent.mock.calls.filter(([event]) => event.type === 'session-started')
    expect(started).toHaveLength(1)
    expect(tokenProvider).toHaveBeenCalledTimes(1)
    expect(backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 1, liveSockets: 1 })
  })

  test('stays connected while everything is inline and the parent renders 100 times', async () => {
    const { createConnector, backend, tokenProvider } = createTestApp()
    const app = (render: number) => (
      <ChatAuthProvider
        connector={createConnector()}
        tokenProvider={(request) => tokenProvider(request)}
        user={{ ...jane, render }}
        retry={{ maxAttempts: 3 }}
        onEvent={() => {}}
      >
        <Status />
      </ChatAuthProvider>
    )
    const { rerender } = renderStrict(app(0))
    for (let i = 1; i <= 50; i++) rerender(app(i))
    await screen.findByText('connected Jane')
    for (let i = 51; i <= 100; i++) rerender(app(i))

    expect(screen.getByText('connected Jane')).toBeTruthy()
    expect(backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 1, liveSockets: 1 })
  })

  test('with another id replaces the connected user', async () => {
    const { App, backend } = createTestApp()
    const app = (user: typeof jane) => (
      <App user={user}>
        <Status />
      </App>
    )
    const { rerender } = renderStrict(app(jane))
    await screen.findByText('connected Jane')
    rerender(app(bob))

    await screen.findByText('connected Bob')
    expect(backend.counters).toMatchObject({ tokenCallsByUser: { jane: 1, bob: 1 } })
    expect(backend.counters).toMatchObject({ liveSockets: 1, wrongUserTokens: 0 })
  })

  test('of null logs out, and of undefined changes nothing', async () => {
    const { App, backend } = createTestApp()
    const app = (user: typeof jane | null | undefined) => (
      <App user={user}>
        <Status />
      </App>
    )
    const { rerender } = renderStrict(app(jane))
    await screen.findByText('connected Jane')
    rerender(app(undefined))
    await act(() => new Promise((resolve) => setTimeout(resolve, 20)))
    expect(screen.getByText('connected Jane')).toBeTruthy()

    rerender(app(null))
    await screen.findByText('disconnected')
    expect(backend.counters.liveSockets).toBe(0)
  })

  test('starts to connect before the effects of children run, so that their requests are held', async () => {
    const { App } = createTestApp()
    function Channels() {
      const fetch = useChatFetch()
      const [answer, setAnswer] = useState('…')
      useEffect(() => {
        fetch('/channels/messaging/team/query', { method: 'POST', body: '{}' }).then(
          (response) => setAnswer(String(response.status)),
          (error: Error) => setAnswer(error.message),
        )
      }, [fetch])
      return <output>{answer}</output>
    }
    renderStrict(
      <App user={jane}>
        <Channels />
      </App>,
    )

    await waitFor(() => expect(screen.getByRole('status').textContent).toMatch(/^2\d\d$/))
  })

  test('that keeps its id does not undo a log-out or switch by a hook', async () => {
    const { App } = createTestApp()
    let auth!: ChatAuth
    const onHandle = (handle: ChatAuth) => (auth = handle)
    const app = (user: typeof jane) => (
      <App user={user}>
        <Status />
        <Handle onHandle={onHandle} />
      </App>
    )
    const { rerender } = renderStrict(app(jane))
    await screen.findByText('connected Jane')
    await act(() => auth.disconnectUser())
    rerender(app({ ...jane }))
    expect(screen.getByText('disconnected')).toBeTruthy()

    rerender(app(bob))
    await screen.findByText('connected Bob')
  })

  test('of null lets a child connect a guest at mount', async () => {
    const { App, backend } = createTestApp()
    function Visitor() {
      const auth = useChatAuth()
      useEffect(() => {
        auth.setGuestUser({ id: 'visitor', name: 'Visitor' }).catch(() => {})
      }, [auth])
      return <Status />
    }
    renderStrict(
      <App user={null}>
        <Visitor />
      </App>,
    )

    await screen.findByText('connected Visitor')
    expect(backend.counters.guestsCreated).toBe(1)
  })

  test('who cannot connect leads to the state `failed`, without an unhandled rejection', async () => {
    const { App } = createTestApp()
    const denied = Object.assign(new Error('no session'), { status: 401 })
    renderStrict(
      <App user={jane} tokenProvider={() => Promise.reject(denied)}>
        <Status />
      </App>,
    )

    expect(await screen.findByText('failed token-provider-denied')).toBeTruthy()
  })
})

test('a re-render of the provider does not re-render its consumers', () => {
  const { App } = createTestApp()
  const renders = vi.fn()
  function Consumer() {
    renders(useChatAuth())
    return null
  }
  const consumer = <Consumer />
  const { rerender } = renderStrict(<App>{consumer}</App>)
  renders.mockClear()
  rerender(<App onEvent={() => {}}>{consumer}</App>)
  expect(renders).not.toHaveBeenCalled()
})

describe('the callbacks', () => {
  test('are called as the latest render passed them', async () => {
    const { App, tokenProvider } = createTestApp()
    let auth!: ChatAuth
    const onHandle = (handle: ChatAuth) => (auth = handle)
    const latest = { getToken: vi.fn((request: TokenRequest) => tokenProvider(request)) }
    const onLatestEvent = vi.fn()
    const { rerender } = renderStrict(
      <App user={jane} onEvent={() => {}}>
        <Status />
        <Handle onHandle={onHandle} />
      </App>,
    )
    await screen.findByText('connected Jane')
    rerender(
      <App user={jane} tokenProvider={latest} onEvent={onLatestEvent}>
        <Status />
        <Handle onHandle={onHandle} />
      </App>,
    )
    await act(() => auth.refreshToken())

    expect(latest.getToken).toHaveBeenCalledTimes(1)
    expect(onLatestEvent).toHaveBeenCalledWith(expect.objectContaining({ type: 'token-received' }))
  })

  test('may be passed later: the token provider is read when a user connects', async () => {
    const { App, tokenProvider } = createTestApp()
    const app = (isSignedIn: boolean) => (
      <App user={isSignedIn ? jane : null} tokenProvider={isSignedIn ? tokenProvider : undefined}>
        <Status />
      </App>
    )
    const { rerender } = renderStrict(app(false))
    rerender(app(true))

    expect(await screen.findByText('connected Jane')).toBeTruthy()
  })

  test('end the session at the next provider call if the token provider was removed', async () => {
    const { App } = createTestApp()
    let auth!: ChatAuth
    const onHandle = (handle: ChatAuth) => (auth = handle)
    const app = (hasProvider: boolean) => (
      <App user={jane} {...(!hasProvider && { tokenProvider: undefined })}>
        <Status />
        <Handle onHandle={onHandle} />
      </App>
    )
    const { rerender } = renderStrict(app(true))
    await screen.findByText('connected Jane')
    rerender(app(false))

    await act(() =>
      expect(auth.refreshToken()).rejects.toMatchObject({ code: 'token-provider-denied' }),
    )
  })
})

describe('a connector', () => {
  test('with another id gets a new handle, and the first handle is disposed', async () => {
    const first = createTestApp()
    const second = createTestApp({ url: 'https://other.test' })
    const app = ({ connector, tokenProvider }: typeof first) => (
      <ChatAuthProvider connector={connector} tokenProvider={tokenProvider} user={jane}>
        <Status />
      </ChatAuthProvider>
    )
    const { rerender } = renderStrict(app(first))
    await screen.findByText('connected Jane')
    rerender(app(second))

    await waitFor(() => expect(second.backend.counters.liveSockets).toBe(1))
    await waitFor(() => expect(first.backend.counters.liveSockets).toBe(0))
    await screen.findByText('connected Jane')
  })
})

describe('a handle created outside the provider', () => {
  test('is used as it is, and neither disposed nor disconnected at unmount', async () => {
    const { connector, tokenProvider, backend } = createTestApp()
    const auth = createChatAuth({ connector, tokenProvider })
    const { unmount } = renderStrict(
      <ChatAuthProvider auth={auth} user={jane}>
        <Status />
      </ChatAuthProvider>,
    )
    await screen.findByText('connected Jane')
    unmount()
    await new Promise((resolve) => setTimeout(resolve, 20))

    expect(auth.getState().status).toBe('connected')
    expect(backend.counters.liveSockets).toBe(1)
    auth.dispose()
  })
})

describe('a mistake in the props throws a TypeError that names the prop', () => {
  test.for([undefined, {}])('no connector: %o', (connector) => {
    const error = renderError(<ChatAuthProvider connector={connector as never} />)
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toContain('`connector` is missing')
  })

  test('a connector that was removed', () => {
    const { createConnector } = createTestApp()
    const { rerender } = renderStrict(<ChatAuthProvider connector={createConnector()} />)
    vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(() => rerender(<ChatAuthProvider connector={undefined as never} />)).toThrow(
      '`connector` is missing',
    )
    vi.mocked(console.error).mockRestore()
  })

  test('a token provider that is neither a function nor an object with getToken', () => {
    const { App } = createTestApp()
    const error = renderError(<App tokenProvider={{} as never} />)
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toContain('`tokenProvider` must be a function')
  })

  test('a user without an id', () => {
    const { App } = createTestApp()
    const error = renderError(<App user={{ name: 'Jane' } as never} />)
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toContain('`user.id`')
  })

  test('a user without any token provider', async () => {
    const { App } = createTestApp()
    vi.spyOn(console, 'error').mockImplementation(() => {})
    renderStrict(
      <ErrorBoundary>
        <App user={jane} tokenProvider={undefined} />
      </ErrorBoundary>,
    )
    expect(await screen.findByText(/TypeError: `tokenProvider` must be a function/)).toBeTruthy()
    vi.mocked(console.error).mockRestore()
  })
})
