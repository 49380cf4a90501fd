import { act, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { createRef } from 'react'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  ConnectionStatus,
  createChatAuth,
  type ConnectionStatusProps,
} from '../../src/index.js'
import { held } from '../support/promises.js'
import { createTestApp, jane, renderStrict } from '../support/renderStrict.js'

function renderStatus(props: ConnectionStatusProps = {}) {
  const { connector, tokenProvider, backend } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider, retry: { minDelayMs: 60_000 } })
  onTestFinished(() => auth.dispose())
  renderStrict(
    <ChatAuthProvider auth={auth}>
      <ConnectionStatus graceMs={0} {...props} />
    </ChatAuthProvider>,
  )
  return { auth, tokenProvider, backend, user: userEvent.setup() }
}

const line = () => document.querySelector('[data-part="connection-status"]')
const denied = () => Object.assign(new Error('401'), { permanent: true })

test('ConnectionStatus shows nothing while all is well', async () => {
  const { auth } = renderStatus()
  await act(() => auth.connectUser(jane))
  expect(line()).toBeNull()
})

test('ConnectionStatus keeps its line with `showAlways`, and says until when with `showToken`', async () => {
  const { auth } = renderStatus({ showAlways: true, showToken: true })
  await act(() => auth.connectUser(jane))
  expect(line()?.textContent).toMatch(/Connected · renews in /u)
  expect(line()?.getAttribute('data-status')).toBe('connected')
})

test('ConnectionStatus says when the connection is tried again, and tries now', async () => {
  const { auth, backend, user } = renderStatus()
  await act(() => auth.connectUser(jane))
  backend.faults.down = true
  act(() => backend.dropConnections())
  const tryNow = await screen.findByRole('button', { name: 'Try now' })
  expect(line()?.textContent).toMatch(/^ ?Reconnecting in /u)

  backend.faults.down = false
  await user.click(tryNow)
  await waitFor(() => expect(line()).toBeNull())
  expect(auth.getState().status).toBe('connected')
})

test('ConnectionStatus shows a renewal only while requests wait for it', async () => {
  const { auth, backend, tokenProvider } = renderStatus()
  await act(() => auth.connectUser(jane))
  const token = held<string>()
  tokenProvider.mockReturnValueOnce(token.promise)
  act(() => void auth.refreshToken().catch(() => {}))
  expect(line()).toBeNull()

  await backend.expireToken('jane')
  act(() => void auth.fetch('/channels').catch(() => {}))
  await waitFor(() => expect(line()?.textContent).toContain('Renewing your session…'))
  await act(async () => token.resolve(await backend.createToken('jane', { issuedAt: new Date() })))
  await waitFor(() => expect(line()).toBeNull())
})

test('ConnectionStatus offers the sign-in to who is signed out, and after a failure', async () => {
  const onSignIn = vi.fn()
  const { auth, tokenProvider, user } = renderStatus({ onSignIn })
  await user.click(await screen.findByRole('button', { name: 'Sign in' }))
  expect(onSignIn).toHaveBeenCalledOnce()

  tokenProvider.mockRejectedValueOnce(denied())
  await act(() => auth.connectUser(jane).catch(() => {}))
  await waitFor(() => expect(line()?.textContent).toContain('Not connected'))
  expect(screen.getByRole('button', { name: 'Sign in' })).toBeTruthy()
})

test('ConnectionStatus says when a session is paused', async () => {
  const { auth } = renderStatus()
  await act(() => auth.connectUser(jane))
  await act(() => auth.pause())
  await waitFor(() => expect(line()?.textContent).toContain('Paused'))
})

test('ConnectionStatus shows no loss of the connection that the grace period outlasts', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { auth, backend } = renderStatus({ graceMs: 5000 })
  await act(async () => {
    const connecting = auth.connectUser(jane)
    await vi.advanceTimersByTimeAsync(100)
    await connecting
  })
  backend.faults.down = true
  act(() => backend.dropConnections())
  await act(() => vi.advanceTimersByTimeAsync(10))
  await act(() => vi.advanceTimersByTimeAsync(4900))
  expect(auth.getState().status).toBe('reconnecting')
  expect(line()).toBeNull()
  await act(() => vi.advanceTimersByTimeAsync(200))
  expect(line()).not.toBeNull()
})

test('ConnectionStatus passes props, class and ref to its root, and hides its shape from screen readers', async () => {
  const ref = createRef<HTMLDivElement>()
  const { auth } = renderStatus({ showAlways: true, id: 'here', className: 'mine', ref } as never)
  await act(() => auth.connectUser(jane))
  expect(line()?.id).toBe('here')
  expect(line()?.className).toBe('chat-auth-status mine')
  expect(ref.current).toBe(line())
  expect(line()?.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true')
})
