import { act, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { createRef } from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  LogoutSwitchUser,
  createChatAuth,
  type LogoutSwitchUserProps,
} from '../../src/index.js'
import { held } from '../support/promises.js'
import { bob, createTestApp, jane, renderStrict } from '../support/renderStrict.js'

function renderPanel(props: LogoutSwitchUserProps = {}) {
  const { connector, tokenProvider, backend } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  renderStrict(
    <ChatAuthProvider auth={auth}>
      <LogoutSwitchUser users={[jane, bob]} {...props} />
    </ChatAuthProvider>,
  )
  return { auth, tokenProvider, backend, user: userEvent.setup() }
}

const button = (name: string) => screen.getByRole('button', { name })
const isDisabled = (name: string) => button(name).getAttribute('aria-disabled') === 'true'
const statusText = () => screen.getByRole('status').textContent

describe('LogoutSwitchUser', () => {
  test('shows who is connected, and the actions that are possible', async () => {
    const { auth } = renderPanel()
    expect(screen.getByRole('region', { name: 'Chat user' })).toBeTruthy()
    expect([isDisabled('Refresh token'), isDisabled('Log out')]).toEqual([true, true])
    await act(() => auth.connectUser(jane))

    expect(statusText()).toBe('Connected as Jane')
    expect([isDisabled('Refresh token'), isDisabled('Log out')]).toEqual([false, false])
  })

  test('logs out', async () => {
    const { auth, user, backend } = renderPanel()
    await act(() => auth.connectUser(jane))
    await user.click(button('Log out'))

    await waitFor(() => expect(statusText()).toBe('Nobody is connected'))
    expect(backend.counters.liveSockets).toBe(0)
  })

  test('refreshes the token, and shows that it is pending', async () => {
    const { auth, user, tokenProvider, backend } = renderPanel()
    await act(() => auth.connectUser(jane))
    const token = held<string>()
    tokenProvider.mockReturnValueOnce(token.promise)
    await user.click(button('Refresh token'))
    expect(isDisabled('Refreshing token…')).toBe(true)

    const fresh = await backend.createToken('jane', { issuedAt: new Date() })
    await act(async () => token.resolve(fresh))
    await waitFor(() => expect(isDisabled('Refresh token')).toBe(false))
    expect(tokenProvider).toHaveBeenCalledTimes(2)
  })

  test('switches users, and marks the current one, whose button does nothing', async () => {
    const { auth, user, backend } = renderPanel()
    await act(() => auth.connectUser(jane))
    const list = screen.getByRole('list', { name: 'Switch user' })
    expect(within(list).getByRole('button', { current: true }).textContent).toContain('Jane')
    await user.click(button('Jane'))
    expect(backend.counters.socketsOpened).toBe(1)
    await user.click(button('Bob'))

    await waitFor(() => expect(statusText()).toBe('Connected as Bob'))
    expect(within(list).getByRole('button', { current: true }).textContent).toContain('Bob')
    expect(backend.counters).toMatchObject({ liveSockets: 1, wrongUserTokens: 0 })
  })

  test("switches with a user's own token, which is not sent as a field of the user", async () => {
    const own = createTestApp()
    const token = await own.backend.createToken('bob')
    const { auth, user, tokenProvider } = renderPanel({
      users: [{ ...bob, tokenOrProvider: token }],
    })
    await user.click(button('Bob'))

    await waitFor(() => expect(statusText()).toBe('Connected as Bob'))
    expect(tokenProvider).not.toHaveBeenCalled()
    expect(auth.getState()).toMatchObject({ identity: { user: bob } })
    expect(JSON.stringify(auth.getState())).not.toContain(token)
    expect(document.documentElement.outerHTML).not.toContain(token)
  })

  test('shows an error with its remedy, and tries again', async () => {
    const { auth, user, tokenProvider } = renderPanel()
    tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
    await act(() => auth.connectUser(jane).catch(() => {}))
    const alert = screen.getByRole('alert')
    expect([...alert.children].map((line) => line.textContent)).toEqual([
      'The token provider refused to give this user a token.',
      "The app's own session is over: ask the user to sign in again.",
    ])
    await user.click(button('Try again'))

    await waitFor(() => expect(statusText()).toBe('Connected as Jane'))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  test('shows a failed refresh of a session that goes on, until the next session', async () => {
    const { auth, user, backend } = renderPanel()
    const token = await backend.createToken('jane')
    await act(() => auth.connectUser(jane, token))
    await user.click(button('Refresh token'))
    expect((await screen.findByRole('alert')).textContent).toContain('There is no token provider')
    expect(statusText()).toBe('Connected as Jane')

    await act(() => auth.switchUser(bob))
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })

  test('lets a user be chosen again whose connection failed', async () => {
    const { auth, user, tokenProvider } = renderPanel()
    tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
    await act(() => auth.connectUser(bob).catch(() => {}))
    await user.click(button('Bob'))

    await waitFor(() => expect(statusText()).toBe('Connected as Bob'))
  })

  test('offers to reconnect at once while the socket is down', async () => {
    const { auth, user, backend } = renderPanel()
    await act(() => auth.connectUser(jane))
    backend.faults.down = true
    act(() => backend.dropConnections())
    await waitFor(() => expect(statusText()).toBe('Reconnecting as Jane…'))
    await waitFor(() => {
      expect(auth.getState()).toMatchObject({ nextAttemptAt: expect.any(Date) as Date })
    })
    backend.faults.down = false
    await user.click(button('Try again'))

    await waitFor(() => expect(statusText()).toBe('Connected as Jane'))
  })

  test('offers no refresh without a token that can be refreshed', async () => {
    const { auth } = renderPanel()
    await act(() => auth.connectAnonymousUser())
    expect([isDisabled('Refresh token'), isDisabled('Log out')]).toEqual([true, false])
    await act(() => auth.setGuestUser({ id: 'visitor' }))
    expect(isDisabled('Refresh token')).toBe(true)
  })
})

describe("the consumer's handlers in LogoutSwitchUser", () => {
  test('are called first, and our own are not called after preventDefault', async () => {
    const handler = vi.fn((event: { preventDefault(): void }) => event.preventDefault())
    const { auth, user, tokenProvider } = renderPanel({
      onLogout: handler,
      onRefresh: handler,
      onSwitch: handler,
      onRetry: handler,
    })
    await act(() => auth.connectUser(jane))
    const before = auth.getState()
    for (const name of ['Log out', 'Refresh token', 'Bob']) await user.click(button(name))
    expect(handler).toHaveBeenCalledTimes(3)
    expect(handler.mock.lastCall?.slice(1)).toEqual([bob])
    expect(auth.getState()).toBe(before)

    tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
    await act(() => auth.switchUser(bob).catch(() => {}))
    await user.click(button('Try again'))
    expect(handler).toHaveBeenCalledTimes(4)
    expect(auth.getState().status).toBe('failed')
  })

  test('see the session as it was before the action', async () => {
    const statuses: string[] = []
    const onLogout = vi.fn(() => statuses.push(auth.getState().status))
    const { auth, user } = renderPanel({ onLogout })
    await act(() => auth.connectUser(jane))
    await user.click(button('Log out'))

    await waitFor(() => expect(statusText()).toBe('Nobody is connected'))
    expect(statuses).toEqual(['connected'])
  })

  test('are not called while the action is not possible', async () => {
    const onLogout = vi.fn()
    const { user } = renderPanel({ onLogout })
    await user.click(button('Log out'))
    expect(onLogout).not.toHaveBeenCalled()
  })
})

test('LogoutSwitchUser works with the keyboard alone, and keeps the focus', async () => {
  const { auth, user } = renderPanel()
  await act(() => auth.connectUser(jane))
  const order: (string | null)[] = []
  for (let i = 0; i < 4; i++) {
    await user.tab()
    order.push(document.activeElement!.textContent)
  }
  expect(order.map((text) => text?.replace(/^[JB](?=[JB])/, ''))).toEqual([
    'Refresh token',
    'Log out',
    'Jane',
    'Bob',
  ])
  await user.keyboard('{Enter}')
  await waitFor(() => expect(statusText()).toBe('Connected as Bob'))
  expect(document.activeElement).toBe(button('Bob'))

  await user.tab({ shift: true })
  await user.tab({ shift: true })
  await user.keyboard(' ')
  await waitFor(() => expect(statusText()).toBe('Nobody is connected'))
  expect(document.activeElement).toBe(button('Log out'))
})

test('LogoutSwitchUser keeps the focus after a successful "Try again"', async () => {
  const { auth, user, tokenProvider } = renderPanel()
  tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
  await act(() => auth.connectUser(jane).catch(() => {}))
  button('Try again').focus()
  await user.keyboard('{Enter}')

  await waitFor(() => expect(statusText()).toBe('Connected as Jane'))
  expect(document.activeElement).toBe(button('Refresh token'))
})

test('every text and the rendering of a user in LogoutSwitchUser can be replaced', async () => {
  const { auth, tokenProvider } = renderPanel({
    labels: {
      title: 'Konto',
      refresh: 'Erneuern',
      retry: 'Nochmal',
      logout: 'Abmelden',
      switchUser: 'Wechseln',
      status: { disconnected: 'Niemand' },
      error: ({ code }) => code,
      remedy: () => 'Bitte neu anmelden.',
    },
    renderUser: (user, isCurrent) => `${user.name} ${isCurrent ? '(ich)' : ''}`,
  })
  expect(screen.getByRole('region', { name: 'Konto' })).toBeTruthy()
  expect(screen.getByRole('list', { name: 'Wechseln' })).toBeTruthy()
  expect(statusText()).toBe('Niemand')
  await act(() => auth.connectUser(jane))
  expect(['Erneuern', 'Abmelden', 'Jane (ich)', 'Bob'].map(button)).toHaveLength(4)

  tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
  await act(() => auth.switchUser(bob).catch(() => {}))
  expect(screen.getByRole('alert').textContent).toBe('token-provider-deniedBitte neu anmelden.')
  expect(button('Nochmal')).toBeTruthy()
})

test('LogoutSwitchUser passes props, class and ref to its root, and has no list without users', () => {
  const ref = createRef<HTMLElement>()
  const props = { users: [], id: 'panel', className: 'mine', 'aria-label': 'Me', ref }
  renderPanel(props as LogoutSwitchUserProps)
  const root = screen.getByRole('region', { name: 'Me' })
  expect(root).toBe(ref.current)
  expect([root.id, root.className]).toEqual(['panel', 'chat-auth-panel mine'])
  expect(screen.queryByRole('list')).toBeNull()
})
