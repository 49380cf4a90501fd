import { act, screen, waitFor } from '@testing-library/react'
import { createRef } from 'react'
import { expect, onTestFinished, test } from 'vitest'
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
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const { container } = renderStrict(
    <ChatAuthProvider auth={auth}>
      <ConnectionStatus {...props} />
    </ChatAuthProvider>,
  )
  const root = container.firstElementChild!
  return { auth, tokenProvider, backend, root, live: screen.getByRole('status') }
}

test('ConnectionStatus says in a live region who is connected, and how', async () => {
  const { auth, live, root, tokenProvider } = renderStatus()
  expect(live.textContent).toBe('Nobody is connected')
  tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
  await act(() => auth.connectUser({ id: 'jane' }).catch(() => {}))
  expect(live.textContent).toBe('Could not connect as jane')

  await act(() => auth.retry())
  expect(live.textContent).toBe('Connected as Jane')
  await act(() => auth.setGuestUser({ id: 'visitor', name: 'Visitor' }))
  expect(live.textContent).toBe('Connected as Visitor (guest)')
  await act(() => auth.connectAnonymousUser())
  expect(live.textContent).toBe('Connected as an anonymous reader')
  expect(root.getAttribute('data-status')).toBe('connected')
})

test('ConnectionStatus says when a session is connecting, reconnecting or logging out', async () => {
  const { auth, backend, live, tokenProvider } = renderStatus()
  const token = held<string>()
  tokenProvider.mockReturnValueOnce(token.promise)
  let connecting!: Promise<unknown>
  act(() => {
    connecting = auth.connectUser(jane)
  })
  expect(live.textContent).toBe('Connecting as Jane…')
  const good = await backend.createToken('jane')
  await act(async () => {
    token.resolve(good)
    await connecting
  })

  backend.faults.down = true
  act(() => backend.dropConnections())
  await waitFor(() => expect(live.textContent).toBe('Reconnecting as Jane…'))
  act(() => void auth.disconnectUser())
  expect(live.textContent).toBe('Logging out Jane…')
  await waitFor(() => expect(live.textContent).toBe('Nobody is connected'))
})

test('ConnectionStatus says when a session is paused', async () => {
  const { auth, live, root } = renderStatus()
  await act(() => auth.connectUser(jane))
  await act(() => auth.pause())
  expect(live.textContent).toBe('Paused as Jane')
  expect(root.getAttribute('data-status')).toBe('paused')
})

test("ConnectionStatus shows the token's status with `showToken`, outside the live region", async () => {
  const { auth, backend, live, root, tokenProvider } = renderStatus({
    showToken: true,
    labels: { tokenExpires: (_, at) => `until ${at.toISOString()}` },
  })
  expect(root.querySelector('.chat-auth-token')).toBeNull()
  await act(() => auth.connectUser(jane))
  const state = auth.getState()
  const expiresAt = 'token' in state ? state.token.expiresAt : null
  expect(root.querySelector('time')?.dateTime).toBe(expiresAt?.toISOString())
  expect(root.textContent).toContain(`until ${expiresAt?.toISOString()}`)
  expect(live.textContent).not.toContain('until')

  const token = held<string>()
  tokenProvider.mockReturnValueOnce(token.promise)
  act(() => void auth.refreshToken().catch(() => {}))
  await waitFor(() => expect(root.textContent).toContain('Getting a new token…'))
  const forever = await backend.createToken('jane', { issuedAt: new Date() })
  await act(async () => token.resolve(forever))
  await waitFor(() => expect(root.textContent).toContain('Token never expires'))

  await act(() => auth.connectAnonymousUser())
  expect(root.querySelector('.chat-auth-token')).toBeNull()
})

test("ConnectionStatus does not show the token's status by default", async () => {
  const { auth, root } = renderStatus()
  await act(() => auth.connectUser(jane))
  expect(root.textContent).toBe('Connected as Jane')
})

test('every text of ConnectionStatus can be replaced', async () => {
  const { auth, live } = renderStatus({
    labels: {
      disconnected: 'Niemand',
      connected: (who) => `Da: ${who}`,
      user: (name) => `${name}!`,
    },
  })
  expect(live.textContent).toBe('Niemand')
  await act(() => auth.connectUser(jane))
  expect(live.textContent).toBe('Da: Jane!')
})

test('ConnectionStatus passes props, class and ref to its root, and hides its shape from screen readers', () => {
  const ref = createRef<HTMLDivElement>()
  const { root } = renderStatus({ id: 'here', className: 'mine', title: 'T', ref } as never)
  expect(root.id).toBe('here')
  expect(root.className).toBe('chat-auth-status mine')
  expect(ref.current).toBe(root)
  expect(root.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true')
})
