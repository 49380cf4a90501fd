import { act, screen, waitFor } from '@testing-library/react'
import { Activity, useEffect, useState, type ReactNode } from 'react'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthGate,
  ChatAuthProvider,
  createChatAuth,
  type ChatSession,
  type HttpChatClient,
} from '../../src/index.js'
import { isReact19 } from '../support/reactVersion.js'
import { held } from '../support/promises.js'
import { bob, createTestApp, jane, renderStrict } from '../support/renderStrict.js'

function createHandle() {
  const { connector, tokenProvider, backend } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const provider = (ui: ReactNode) => <ChatAuthProvider auth={auth}>{ui}</ChatAuthProvider>
  return { auth, backend, tokenProvider, provider }
}

function renderGate() {
  const { auth, backend, tokenProvider, provider } = createHandle()
  const [mounted, unmounted] = [vi.fn(), vi.fn()]
  function Inbox({ name }: { name: string | undefined }) {
    // Keeps its value from mount, as a draft or a scroll position does.
    const [owner] = useState(name)
    useEffect(() => {
      mounted(owner)
      return () => unmounted(owner)
    }, [owner])
    return <p>inbox of {owner}</p>
  }
  const fallback = vi.fn(({ status }: { status: string }) => <p>{status}</p>)
  renderStrict(
    provider(
      <ChatAuthGate fallback={fallback}>{({ user }) => <Inbox name={user.name} />}</ChatAuthGate>,
    ),
  )
  return { auth, backend, tokenProvider, mounted, unmounted, fallback }
}

test('ChatAuthGate shows its fallback, rendered from the state, until a session is live', async () => {
  const { auth, tokenProvider } = renderGate()
  expect(screen.getByText('disconnected')).toBeTruthy()
  tokenProvider.mockRejectedValueOnce(Object.assign(new Error(), { permanent: true }))
  await act(() => auth.connectUser(jane).catch(() => {}))
  expect(screen.getByText('failed')).toBeTruthy()

  await act(() => auth.retry())
  expect(screen.getByText('inbox of Jane')).toBeTruthy()
  await act(() => auth.disconnectUser())
  expect(screen.getByText('disconnected')).toBeTruthy()
})

test('ChatAuthGate mounts its children anew for every session, and never with another session', async () => {
  const { auth, mounted, unmounted } = renderGate()
  await act(() => auth.connectUser(jane))
  mounted.mockClear()
  unmounted.mockClear()

  await act(() => auth.switchUser(bob))
  expect(unmounted.mock.calls).toContainEqual(['Jane'])
  expect(new Set(mounted.mock.calls.flat())).toEqual(new Set(['Bob']))
  expect(screen.getByText('inbox of Bob')).toBeTruthy()

  // The same user in a new session: no component state of the old session may be left.
  unmounted.mockClear()
  await act(async () => {
    await auth.disconnectUser()
    await auth.connectUser(bob)
  })
  expect(unmounted).toHaveBeenCalledWith('Bob')
})

test.runIf(isReact19)(
  'it mounts its children afresh though it was hidden while the session changed',
  async () => {
    const { auth, provider } = createHandle()
    function Draft({ name }: { name: string | undefined }) {
      const [owner] = useState(name)
      return <p>draft of {owner}</p>
    }
    const page = (mode: 'visible' | 'hidden') =>
      provider(
        <Activity mode={mode}>
          <ChatAuthGate>{({ user }) => <Draft name={user.name} />}</ChatAuthGate>
        </Activity>,
      )
    const { rerender } = renderStrict(page('visible'))
    await act(() => auth.connectUser(jane))
    rerender(page('hidden'))
    await act(() => auth.switchUser(bob))
    rerender(page('visible'))

    expect(screen.getByText('draft of Bob')).toBeTruthy()
  },
)

test('ChatAuthGate keeps its children mounted through renewals and reconnects', async () => {
  const { auth, backend, tokenProvider, unmounted, fallback } = renderGate()
  await act(() => auth.connectUser(jane))
  unmounted.mockClear()
  fallback.mockClear()
  const token = held<string>()
  tokenProvider.mockReturnValueOnce(token.promise)
  let refreshing!: Promise<void>
  act(() => {
    refreshing = auth.refreshToken()
  })
  await waitFor(() => {
    expect(auth.getState()).toMatchObject({ token: { status: 'refreshing' } })
  })
  const fresh = await backend.createToken('jane')
  await act(async () => {
    token.resolve(fresh)
    await refreshing
  })

  const statuses = new Set<string>()
  auth.subscribe(() => statuses.add(auth.getState().status))
  act(() => backend.dropConnections())
  await waitFor(() => expect(statuses).toContain('reconnecting'))
  await waitFor(() => expect(auth.getState().status).toBe('connected'))

  expect(screen.getByText('inbox of Jane')).toBeTruthy()
  expect(unmounted).not.toHaveBeenCalled()
  expect(fallback).not.toHaveBeenCalled()
})

test('ChatAuthGate keeps its children mounted while the session is paused', async () => {
  const { auth, unmounted, fallback } = renderGate()
  await act(() => auth.connectUser(jane))
  unmounted.mockClear()
  fallback.mockClear()
  await act(() => auth.pause())
  expect(auth.getState().status).toBe('paused')
  expect(screen.getByText('inbox of Jane')).toBeTruthy()
  await act(() => auth.resume())
  expect(unmounted).not.toHaveBeenCalled()
  expect(fallback).not.toHaveBeenCalled()
})

test('ChatAuthGate shows `paused`, where it is given, in place of its children', async () => {
  const { auth, provider } = createHandle()
  renderStrict(
    provider(<ChatAuthGate paused={({ user }) => <p>{user.name} rests</p>}>inbox</ChatAuthGate>),
  )
  await act(() => auth.connectUser(jane))
  expect(screen.getByText('inbox')).toBeTruthy()
  await act(() => auth.pause())
  expect(screen.getByText('Jane rests')).toBeTruthy()
  expect(screen.queryByText('inbox')).toBeNull()
  await act(() => auth.resume())
  expect(screen.getByText('inbox')).toBeTruthy()
})

test('ChatAuthGate passes its children the session, and renders them only when that changes', async () => {
  const { auth, provider } = createHandle()
  const children = vi.fn((session: ChatSession<HttpChatClient>) => <p>{session.user.name}</p>)
  renderStrict(provider(<ChatAuthGate<HttpChatClient>>{children}</ChatAuthGate>))
  await act(() => auth.connectUser(jane))
  expect(children).toHaveBeenLastCalledWith({
    client: expect.objectContaining({ connectionId: expect.any(String) }),
    user: expect.objectContaining(jane),
    sessionId: expect.any(String),
  })

  children.mockClear()
  await act(() => auth.refreshToken())
  expect(children).not.toHaveBeenCalled()
})

test('ChatAuthGate takes plain nodes as children, and renders nothing without a fallback', async () => {
  const { App } = createTestApp()
  const { container } = renderStrict(
    <App user={jane}>
      <ChatAuthGate>
        <p>inside</p>
      </ChatAuthGate>
    </App>,
  )
  expect(container.textContent).toBe('')
  expect(await screen.findByText('inside')).toBeTruthy()
})
