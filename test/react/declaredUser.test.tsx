import { act, screen, waitFor } from '@testing-library/react'
import { useEffect } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { ChatAuthProvider, LogoutSwitchUser, useChatUser } from '../../src/index.js'
import { useChatAuthState } from '../../src/react/useChatAuthState.js'
import { bob, createTestApp, jane, renderStrict } from '../support/renderStrict.js'

function Status({ name }: { name: string }) {
  const state = useChatAuthState()
  const { disconnectUser, endedBy } = useChatUser()
  return (
    <>
      <p>{[name, state.status, endedBy].filter(Boolean).join(' ')}</p>
      <button type="button" onClick={() => void disconnectUser()}>
        {name} logs out
      </button>
    </>
  )
}

const press = (name: string) => act(() => screen.getByText(name).click())
const look = () => act(() => void window.dispatchEvent(new Event('focus')))

/** Two providers on one page that declare the same user. */
function renderTwo() {
  const app = createTestApp()
  const { App } = app
  const ui = (user: typeof jane | null | undefined) => (
    <>
      <App user={jane}>
        <Status name="one" />
      </App>
      <App user={user}>
        <Status name="two" />
      </App>
    </>
  )
  const { rerender } = renderStrict(ui(jane))
  return { ...app, rerender: (user: typeof jane | null | undefined) => rerender(ui(user)) }
}

describe('two providers of one user on a page', () => {
  test('log out together, and the one that did not ask is connected again at a look at the page', async () => {
    const { tokenProvider, backend } = renderTwo()
    await screen.findByText('one connected')
    await screen.findByText('two connected')
    press('one logs out')
    await screen.findByText('one disconnected')
    await screen.findByText('two disconnected another-tab')
    const { length } = tokenProvider.mock.calls
    await act(() => new Promise((resolve) => setTimeout(resolve, 20)))
    expect(tokenProvider.mock.calls).toHaveLength(length)
    look()
    await screen.findByText('two connected')
    expect(tokenProvider.mock.calls).toHaveLength(length + 1)
    expect(screen.getByText('one disconnected')).toBeTruthy()
    expect(backend.counters.liveSockets).toBe(1)
  })

  test('are signed out together where the app’s own session is over, and asked once a look', async () => {
    const { tokenProvider } = renderTwo()
    await screen.findByText('one connected')
    await screen.findByText('two connected')
    tokenProvider.mockRejectedValue(Object.assign(new Error('sign in'), { status: 401 }))
    press('one logs out')
    await screen.findByText('two disconnected another-tab')
    const { length } = tokenProvider.mock.calls
    look()
    await screen.findByText('two failed')
    expect(tokenProvider.mock.calls).toHaveLength(length + 1)
  })

  test('stay as they are while one of them does not know its user yet', async () => {
    const { rerender, backend } = renderTwo()
    await screen.findByText('one connected')
    await screen.findByText('two connected')
    rerender(undefined)
    look()
    rerender(jane)
    await act(() => new Promise((resolve) => setTimeout(resolve, 20)))
    expect(screen.getByText('one connected')).toBeTruthy()
    expect(screen.getByText('two connected')).toBeTruthy()
    expect(backend.counters.socketsOpened).toBe(2)
  })
})

test('an effect that disconnects its tab only in its cleanup logs nobody out under StrictMode', async () => {
  const { App, backend } = createTestApp()
  function Chat() {
    const { status, connectUser, disconnectUser } = useChatUser()
    useEffect(() => {
      void connectUser(jane)
      return () => void disconnectUser({ thisTabOnly: true })
    }, [connectUser, disconnectUser])
    return <p>effect {status}</p>
  }
  const page = (isOpen: boolean) => (
    <>
      <App user={jane}>
        <Status name="first" />
      </App>
      <App>{isOpen && <Chat />}</App>
    </>
  )
  const { rerender } = renderStrict(page(false))
  await screen.findByText('first connected')
  rerender(page(true))
  await screen.findByText('effect connected')
  rerender(page(false))
  await waitFor(() => expect(backend.counters.liveSockets).toBe(1))
  expect(screen.getByText('first connected')).toBeTruthy()
})

test('a log-out that a person declines is no error of the components', async () => {
  const { connector, tokenProvider } = createTestApp()
  const confirmEnd = vi.fn(async () => false)
  const onEvent = vi.fn()
  renderStrict(
    <ChatAuthProvider {...{ connector, tokenProvider, confirmEnd, onEvent }} user={jane}>
      <Status name="one" />
      <LogoutSwitchUser users={[bob]} />
    </ChatAuthProvider>,
  )
  await screen.findByText('one connected')
  press('Log out of chat')
  await waitFor(() => expect(confirmEnd).toHaveBeenCalledTimes(1))
  press('Bob')
  await waitFor(() => expect(confirmEnd).toHaveBeenCalledTimes(2))
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)))
  expect(document.querySelector('[data-part="problem"]')).toBeNull()
  expect(screen.getByText('one connected')).toBeTruthy()
  expect(confirmEnd).toHaveBeenLastCalledWith(
    expect.objectContaining({ action: 'switch', heldRequests: 0, unsaved: 0 }),
  )
})
