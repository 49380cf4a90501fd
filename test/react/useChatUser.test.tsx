import { act, waitFor } from '@testing-library/react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ChatAuthProvider, createChatAuth, useChatUser } from '../../src/index.js'
import { held } from '../support/promises.js'
import { bob, createTestApp, jane, renderHookStrict } from '../support/renderStrict.js'

function renderUser() {
  const app = createTestApp()
  const { result, unmount } = renderHookStrict(() => useChatUser(), app.App)
  return { ...app, result, unmount }
}

describe('the session of useChatUser', () => {
  test('is empty while nobody is connected', () => {
    const { result } = renderUser()
    expect(result.current).toMatchObject({
      status: 'disconnected',
      identity: null,
      user: null,
      sessionId: null,
      error: null,
      isConnected: false,
      isConnecting: false,
      isReconnecting: false,
      isPaused: false,
      isRefreshing: false,
      tokenExpiresAt: null,
      isPending: false,
      pendingAction: null,
      actionError: null,
    })
  })

  test('has the user and the expiry of the token when connected', async () => {
    const { result } = renderUser()
    await act(() => result.current.connectUser(jane))

    expect(result.current).toMatchObject({
      status: 'connected',
      isConnected: true,
      identity: { type: 'user', user: jane },
      user: jane,
      sessionId: expect.any(String) as string,
    })
    const expiresInMs = result.current.tokenExpiresAt!.getTime() - Date.now()
    expect(expiresInMs / 3_600_000).toBeCloseTo(1, 1)
  })

  test('stays connected while its token is refreshed', async () => {
    const { result, tokenProvider, backend } = renderUser()
    await act(() => result.current.connectUser(jane))
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    let refreshing!: Promise<void>
    act(() => {
      refreshing = result.current.refreshToken()
    })

    await waitFor(() => expect(result.current.isRefreshing).toBe(true))
    expect(result.current).toMatchObject({ isConnected: true, pendingAction: 'refreshToken' })
    const fresh = await backend.createToken('jane', { expiresInSeconds: 60 })
    await act(async () => {
      token.resolve(fresh)
      await refreshing
    })
    expect(result.current.isRefreshing).toBe(false)
    expect(result.current.tokenExpiresAt!.getTime() - Date.now()).toBeLessThan(61_000)
  })

  test('does not re-render for each request that is held or released', async () => {
    const { connector, tokenProvider, backend } = createTestApp()
    const auth = createChatAuth({ connector, tokenProvider })
    onTestFinished(() => auth.dispose())
    const renders = vi.fn()
    const { result } = renderHookStrict(
      () => {
        renders()
        return useChatUser()
      },
      (props) => <ChatAuthProvider auth={auth} {...props} />,
    )
    await act(() => auth.connectUser(jane))
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    await act(() => backend.expireToken('jane'))
    await waitFor(() => expect(result.current.isRefreshing).toBe(true))
    renders.mockClear()

    const requests: Promise<Response>[] = []
    await act(async () => {
      for (let i = 0; i < 5; i++) requests.push(auth.fetch('/users'))
      await waitFor(() => expect(auth.getState()).toMatchObject({ token: { heldRequests: 5 } }))
    })
    expect(renders).not.toHaveBeenCalled()

    const fresh = await backend.createToken('jane')
    await act(async () => {
      token.resolve(fresh)
      await Promise.all(requests)
    })
    expect(result.current.isRefreshing).toBe(false)
  })
})

describe('the actions of useChatUser', () => {
  test('stay the same functions through every change', async () => {
    const { result } = renderUser()
    const pick = () => {
      const { connectUser, switchUser, refreshToken, disconnectUser, retry, reset } = result.current
      return { connectUser, switchUser, refreshToken, disconnectUser, retry, reset }
    }
    const before = pick()
    await act(() => result.current.connectUser(jane))
    await act(() => result.current.refreshToken())
    await act(() => result.current.disconnectUser())

    expect(Object.entries(pick())).toEqual(
      Object.entries(before).map(([name, action]) => [name, expect.toSatisfy((a) => a === action)]),
    )
  })

  test('resolve when done, and show which one is pending meanwhile', async () => {
    const { result, tokenProvider, backend } = renderUser()
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    let connecting!: Promise<unknown>
    act(() => {
      connecting = result.current.connectUser(jane)
    })
    await waitFor(() => expect(result.current.pendingAction).toBe('connectUser'))
    expect(result.current).toMatchObject({ isPending: true, isConnecting: true })

    const good = await backend.createToken('jane')
    await act(async () => {
      token.resolve(good)
      await connecting
    })
    await waitFor(() => expect(result.current.isPending).toBe(false))
    expect(result.current).toMatchObject({ isConnected: true, pendingAction: null })
  })

  test('switch and log out', async () => {
    const { result, backend } = renderUser()
    await act(() => result.current.connectUser(jane))
    await act(() => result.current.switchUser(bob, 'not a token').catch(() => {}))
    expect(result.current).toMatchObject({ status: 'failed', error: { code: 'token-malformed' } })

    await act(async () => result.current.switchUser(bob, await backend.createToken('bob')))
    expect(result.current.user).toMatchObject(bob)
    await act(() => result.current.disconnectUser())
    expect(result.current.status).toBe('disconnected')
    expect(backend.counters.liveSockets).toBe(0)
  })

  test('reject on failure, show the error until reset, and can be called again', async () => {
    const { result, tokenProvider } = renderUser()
    const denied = Object.assign(new Error('no session'), { status: 401 })
    tokenProvider.mockRejectedValueOnce(denied)
    await act(() =>
      expect(result.current.connectUser(jane)).rejects.toMatchObject({
        code: 'token-provider-denied',
        cause: denied,
      }),
    )
    await waitFor(() => expect(result.current.actionError?.code).toBe('token-provider-denied'))
    expect(result.current).toMatchObject({ status: 'failed', isPending: false })
    expect(result.current.error).toBe(result.current.actionError)

    act(() => result.current.reset())
    await waitFor(() => expect(result.current.actionError).toBeNull())
    expect(result.current.status).toBe('failed')
    await act(() => result.current.retry())
    expect(result.current).toMatchObject({ isConnected: true, error: null })
  })

  test('need not be awaited: a failure causes no unhandled rejection', async () => {
    const { result, tokenProvider } = renderUser()
    tokenProvider.mockRejectedValue(Object.assign(new Error(), { permanent: true }))
    act(() => void result.current.connectUser(jane))

    await waitFor(() => expect(result.current.status).toBe('failed'))
  })

  test('reject when a later one supersedes them, and show no error', async () => {
    const { result, tokenProvider } = renderUser()
    tokenProvider.mockReturnValueOnce(new Promise(() => {}))
    let first!: Promise<unknown>
    act(() => {
      first = result.current.connectUser(jane).catch((error: unknown) => error)
    })
    await waitFor(() => expect(tokenProvider).toHaveBeenCalled())
    await act(() => result.current.switchUser(bob))

    expect(await first).toMatchObject({ code: 'superseded' })
    expect(result.current).toMatchObject({ user: bob, actionError: null })
  })

  test('show no error either when superseded from outside the hook', async () => {
    const { App, tokenProvider } = createTestApp()
    tokenProvider.mockReturnValueOnce(new Promise(() => {}))
    const useTwo = () => ({ one: useChatUser(), other: useChatUser() })
    const { result } = renderHookStrict(useTwo, App)
    await act(async () => {
      const connecting = result.current.one.connectUser(jane).catch(() => {})
      await result.current.other.disconnectUser()
      await connecting
    })

    await waitFor(() => expect(result.current.one.isPending).toBe(false))
    expect(result.current.one.actionError).toBeNull()
  })

  test('without a user id throw at once', () => {
    const { result } = renderUser()
    expect(() => result.current.connectUser({} as never)).toThrow('`user.id`')
    expect(() => result.current.switchUser(undefined as never)).toThrow(TypeError)
    expect(result.current.status).toBe('disconnected')
  })

  test('finish after their component has unmounted', async () => {
    const { result, tokenProvider, unmount } = renderUser()
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    let connecting!: Promise<unknown>
    act(() => {
      connecting = result.current.connectUser(jane).catch((error: unknown) => error)
    })
    unmount()

    expect(await connecting).toMatchObject({ code: 'disposed' })
  })
})
