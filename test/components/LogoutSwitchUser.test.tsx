import { act, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { createRef } from 'react'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  LogoutSwitchUser,
  createChatAuth,
  useChatUserMenu,
  type ChatAuthOptions,
  type LogoutSwitchUserProps,
} from '../../src/index.js'
import { held } from '../support/promises.js'
import {
  bob,
  createTestApp,
  jane,
  renderHookStrict,
  renderStrict,
} from '../support/renderStrict.js'

function renderPanel(props: LogoutSwitchUserProps = {}, options: Partial<ChatAuthOptions> = {}) {
  const { connector, tokenProvider, backend } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider, ...options })
  onTestFinished(() => auth.dispose())
  renderStrict(
    <ChatAuthProvider auth={auth}>
      <LogoutSwitchUser users={[jane, bob]} {...props} />
    </ChatAuthProvider>,
  )
  return { auth, tokenProvider, backend, user: userEvent.setup() }
}

const denied = () => Object.assign(new Error('401'), { permanent: true })
const button = (name: string | RegExp) => screen.getByRole('button', { name })
const part = (name: string) => document.querySelector(`[data-part="${name}"]`)
const identity = () => part('identity')?.textContent
const connectedAs = (name: string) =>
  waitFor(() => {
    expect(identity()).toContain(name)
    expect(identity()).toContain('Connected')
  })

describe('LogoutSwitchUser', () => {
  test('shows who is connected, of what kind, since when and until when', async () => {
    const { auth } = renderPanel()
    expect(identity()).toContain('Not signed in to chat')
    await act(() => auth.connectUser(jane))

    expect(identity()).toMatch(/Jane.*Member.*Connected for .*renews in /u)
    const state = auth.getState()
    const expiresAt = 'token' in state ? state.token.expiresAt : null
    const [, until] = document.querySelectorAll('[data-part="status"] time')
    expect(until?.getAttribute('datetime')).toBe(expiresAt?.toISOString())
  })

  test('is no dead end while signed out: accounts, guest, no account, sign-in', async () => {
    const onSignIn = vi.fn()
    const { user, auth } = renderPanel({ onSignIn })
    expect(screen.queryByRole('button', { name: 'Log out of chat' })).toBeNull()
    await user.click(button('Sign in'))
    expect(onSignIn).toHaveBeenCalledOnce()

    await user.click(button('Continue as guest'))
    await connectedAs('Guest')
    expect(auth.getState()).toMatchObject({ identity: { type: 'guest' } })
    await user.click(button('Browse without an account'))
    await connectedAs('Browsing without an account')
    await user.click(button(/Bob/u))
    await connectedAs('Bob')
  })

  test('logs out, and then offers the way back', async () => {
    const { auth, user, backend } = renderPanel()
    await act(() => auth.connectUser(jane))
    await user.click(button('Log out of chat'))

    await waitFor(() => expect(identity()).toContain('Not signed in'))
    expect(backend.counters.liveSockets).toBe(0)
    expect(button(/Jane/u)).toBeTruthy()
  })

  test('marks the current account, whose button does nothing', async () => {
    const { auth, user, backend } = renderPanel()
    await act(() => auth.connectUser(jane))
    const list = screen.getByRole('list', { name: 'Switch account' })
    await user.click(within(list).getByRole('button', { current: true }))
    expect(backend.counters.socketsOpened).toBe(1)

    await user.click(within(list).getByRole('button', { name: /Bob/u }))
    await connectedAs('Bob')
    expect(within(list).getByRole('button', { current: true }).textContent).toContain('Bob')
    expect(backend.counters).toMatchObject({ liveSockets: 1, wrongUserTokens: 0 })
  })

  test("switches with an account's own token, which is no field of the user", async () => {
    const token = await createTestApp().backend.createToken('bob')
    const { auth, user, tokenProvider } = renderPanel({
      users: [{ ...bob, tokenOrProvider: token }],
    })
    await user.click(button(/Bob/u))

    await connectedAs('Bob')
    expect(tokenProvider).not.toHaveBeenCalled()
    expect(auth.getState()).toMatchObject({ identity: { user: bob } })
    expect(document.documentElement.outerHTML).not.toContain(token)
  })

  test('has the app change its own session before a switch, or take it over', async () => {
    const steps: string[] = []
    const changed = held<void>()
    const { auth, user, tokenProvider } = renderPanel({
      onSwitchAccount(account) {
        steps.push(`app: ${account.id}`)
        return account.id === 'jane' ? false : changed.promise
      },
    })
    tokenProvider.mockImplementationOnce(({ userId }: { userId: string }) => {
      steps.push(`token: ${userId}`)
      return createTestApp().backend.createToken(userId)
    })
    await user.click(button(/Bob/u))
    expect(steps).toEqual(['app: bob'])
    await act(async () => changed.resolve())
    await waitFor(() => expect(steps).toEqual(['app: bob', 'token: bob']))

    await act(() => auth.disconnectUser())
    await user.click(button(/Jane/u))
    expect(steps.at(-1)).toBe('app: jane')
    expect(auth.getState().status).toBe('disconnected')
  })

  test("has nobody switch when the app's own session could not change, and the app hears why", async () => {
    const { App, tokenProvider } = createTestApp()
    const failure = new Error('The sign-in failed.')
    const onSwitchAccount = () => Promise.reject(failure)
    const { result } = renderHookStrict(
      () => useChatUserMenu({ users: [jane, bob], onSwitchAccount }),
      ({ children }) => <App user={jane}>{children}</App>,
    )
    await waitFor(() => expect(result.current.presence).toBe('connected'))
    await act(() => expect(result.current.switchTo('bob')).rejects.toBe(failure))
    expect(result.current).toMatchObject({ presence: 'connected', switching: null, problem: null })
    expect(tokenProvider).toHaveBeenCalledTimes(1)
  })

  test('goes back to the old account when a switch is cancelled or fails', async () => {
    const { auth, user, tokenProvider } = renderPanel()
    await act(() => auth.connectUser(jane))
    tokenProvider.mockReturnValueOnce(held<string>().promise)
    await user.click(button(/Bob/u))
    await waitFor(() => expect(identity()).toContain('Switching from Jane…'))
    await user.click(button('Cancel'))
    await connectedAs('Jane')

    tokenProvider.mockRejectedValueOnce(denied())
    await user.click(button(/Bob/u))
    await connectedAs('Jane')
  })

  test('tells a person in their own words that they must sign in again', async () => {
    const onSignIn = vi.fn()
    const { auth, user, tokenProvider } = renderPanel({ onSignIn })
    tokenProvider.mockRejectedValueOnce(denied())
    await act(() => auth.connectUser(jane).catch(() => {}))

    expect(part('problem')?.textContent).toMatch(/^Please sign in again\./u)
    expect(part('problem')?.textContent).not.toMatch(/token|provider/iu)
    await user.click(button('Sign in'))
    expect(onSignIn).toHaveBeenCalledOnce()
    await user.click(button('Try again'))
    await connectedAs('Jane')
    expect(part('problem')).toBeNull()
  })

  test('counts down while the sign-in service is away, tries now, or stops', async () => {
    const { auth, user, tokenProvider } = renderPanel({}, { retry: { minDelayMs: 60_000 } })
    tokenProvider.mockRejectedValue(new TypeError('Failed to fetch'))
    act(() => void auth.connectUser(jane).catch(() => {}))
    await waitFor(() => {
      expect(part('problem')?.textContent).toContain('We can’t reach the sign-in service.')
    })
    const calls = tokenProvider.mock.calls.length
    await waitFor(() => expect(button('Try now')).toBeTruthy())
    await user.click(button('Try now'))
    await waitFor(() => expect(tokenProvider.mock.calls.length).toBeGreaterThan(calls))

    await user.click(button('Stop'))
    await waitFor(() => expect(identity()).toContain('Not signed in'))
    expect(part('problem')).toBeNull()
  })

  test('shows no veto as a failure', async () => {
    const { auth, user } = renderPanel({}, { confirmEnd: () => false })
    await act(() => auth.connectUser(jane))
    await user.click(button('Log out of chat'))
    await connectedAs('Jane')
    expect(part('problem')).toBeNull()
  })

  test('asks before something is lost, stays, or waits until nothing is', async () => {
    let drafts = 2
    const { auth, user } = renderPanel({}, { unsaved: () => drafts })
    await act(() => auth.connectUser(jane))
    await user.click(button('Log out of chat'))
    expect(screen.getByRole('dialog').textContent).toContain('Log out with 2 messages unsent?')
    await user.click(button('Stay'))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(auth.getState().status).toBe('connected')

    await user.click(button('Log out of chat'))
    await user.click(button('Wait, then log out'))
    expect(screen.getByRole('dialog').textContent).toContain('Waiting until everything is sent…')
    drafts = 0
    await waitFor(() => expect(identity()).toContain('Not signed in'))
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('asks nobody when nothing is lost', async () => {
    const { auth } = renderPanel({}, { unsaved: () => 0 })
    await act(() => auth.connectUser(jane))
    act(() => void auth.disconnectUser())
    expect(auth.getState().status).toBe('disconnecting')
  })

  test('offers to refresh only a token that can be refreshed, and only if it is wanted', async () => {
    const { auth, user, tokenProvider } = renderPanel()
    expect(part('refresh')).toBeNull()
    await act(() => auth.connectUser(jane))
    await user.click(button('Refresh now'))
    expect(tokenProvider).toHaveBeenCalledTimes(2)
    await act(() => auth.connectAnonymousUser())
    expect(part('refresh')).toBeNull()
  })
})

describe('the accounts of LogoutSwitchUser', () => {
  const many = Array.from({ length: 50 }, (_, n) => ({ id: `u${n}`, name: `Person ${n}` }))

  test('are one tab stop, with the arrow keys between them', async () => {
    const { user } = renderPanel({ users: many, showGuest: false, showAnonymous: false })
    await user.tab()
    expect(document.activeElement).toBe(screen.getByRole('searchbox', { name: 'Find an account' }))
    await user.tab()
    expect(document.activeElement?.textContent).toContain('Person 0')
    await user.keyboard('{ArrowDown}{ArrowDown}')
    expect(document.activeElement?.textContent).toContain('Person 2')
    await user.keyboard('{End}{ArrowDown}')
    expect(document.activeElement?.textContent).toContain('Person 49')
    await user.keyboard('{Home}{ArrowUp}')
    expect(document.activeElement?.textContent).toContain('Person 0')
    await user.tab()
    expect(document.activeElement).toBe(document.body)
  })

  test('have a filter from eight on, by name and id', async () => {
    const { user } = renderPanel({ users: many.slice(0, 8) })
    await user.type(screen.getByRole('searchbox'), 'person 7')
    const list = screen.getByRole('list')
    expect(within(list).getAllByRole('button')).toHaveLength(1)
    await user.type(screen.getByRole('searchbox'), 'x')
    expect(screen.queryByRole('list')).toBeNull()
    expect(document.body.textContent).toContain('No account matches “person 7x”')
  })

  test('have no filter below eight', () => {
    renderPanel({ users: many.slice(0, 7) })
    expect(screen.queryByRole('searchbox')).toBeNull()
  })
})

test('LogoutSwitchUser keeps the focus inside when the pressed button is gone', async () => {
  const { auth, user } = renderPanel()
  await act(() => auth.connectUser(jane))
  button('Log out of chat').focus()
  await user.keyboard('{Enter}')
  await waitFor(() => expect(identity()).toContain('Not signed in'))
  expect(document.activeElement).toBe(screen.getByRole('region'))

  await user.tab()
  expect(document.activeElement?.textContent).toContain('Jane')
  await user.keyboard('{Enter}')
  await connectedAs('Jane')
  expect(document.activeElement?.textContent).toContain('Jane')
})

test('every text and the rendering of an account in LogoutSwitchUser can be replaced', async () => {
  const { auth } = renderPanel({
    labels: { title: 'Konto', logOut: 'Abmelden', switchAccount: 'Wechseln', connected: 'Da' },
    renderAccount: ({ user, isCurrent }) => `${user.name} ${isCurrent ? '(ich)' : ''}`,
  })
  await act(() => auth.connectUser(jane))
  expect(screen.getByRole('region', { name: 'Konto' })).toBeTruthy()
  expect(screen.getByRole('list', { name: 'Wechseln' }).textContent).toContain('Jane (ich)')
  expect(button('Abmelden')).toBeTruthy()
  expect(identity()).toContain('Da')
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

test('a part of LogoutSwitchUser renders as what the app gives, whose handler comes first', async () => {
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const clicks = vi.fn((event: { preventDefault(): void }) => event.preventDefault())
  renderStrict(
    <ChatAuthProvider auth={auth}>
      <LogoutSwitchUser.Root>
        <LogoutSwitchUser.Identity render={<header />} />
        <LogoutSwitchUser.Logout
          render={(props) => <button {...props}>Bye</button>}
          onClick={clicks}
        />
      </LogoutSwitchUser.Root>
    </ChatAuthProvider>,
  )
  await act(() => auth.connectUser(jane))
  expect(part('identity')?.tagName).toBe('HEADER')
  await userEvent.setup().click(button('Bye'))
  expect(clicks).toHaveBeenCalledOnce()
  expect(auth.getState().status).toBe('connected')
})

test('a part of LogoutSwitchUser outside of its root names itself', () => {
  const silent = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => silent.mockRestore())
  expect(() => renderStrict(<LogoutSwitchUser.Status />)).toThrow(
    '<LogoutSwitchUser.Status> stands outside of <LogoutSwitchUser.Root>.',
  )
})
