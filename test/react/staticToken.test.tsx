import { act, screen, waitFor } from '@testing-library/react'
import { useEffect } from 'react'
import { expect, test } from 'vitest'
import { ChatAuthGate, useChatAuth, type ChatAuth, type HttpChatClient } from '../../src/index.js'
import { createTestApp, jane, renderStrict } from '../support/renderStrict.js'

let auth!: ChatAuth

function Status() {
  const handle = useChatAuth()
  useEffect(() => {
    auth = handle
  }, [handle])
  return (
    <>
      <ChatAuthGate<HttpChatClient> keepWhenFailed fallback={({ status }) => <p>{status}</p>}>
        {({ user }) => <p>messages of {user.name}</p>}
      </ChatAuthGate>
      <ChatAuthGate fallback={({ status }) => <p>only {status}</p>}>live</ChatAuthGate>
    </>
  )
}

/** Jane's page, with a static token that is given anew at each `show`. */
async function renderPage() {
  const { App, backend } = createTestApp()
  const page = (
    tokenProvider: string | (() => Promise<string>),
    user: typeof jane | null = jane,
  ) => (
    <App tokenProvider={tokenProvider} user={user}>
      <Status />
    </App>
  )
  let serial = 0
  const mint = () => backend.createToken('jane', { claims: { serial: ++serial } })
  const { rerender } = renderStrict(page(await mint()))
  await screen.findByText('messages of Jane')
  const show = (...args: Parameters<typeof page>) => rerender(page(...args))
  const expire = async () => {
    await act(() => backend.expireToken('jane'))
    await screen.findByText('only failed')
  }
  return { backend, mint, show, expire }
}

test('tokenProvider takes a string, whose end is told in the words of who passed one', async () => {
  const { expire } = await renderPage()
  await expire()
  expect(auth.getState()).toMatchObject({
    status: 'failed',
    error: {
      code: 'token-expired',
      message: expect.stringContaining('The static token has expired'),
    },
  })
})

test('ChatAuthGate with keepWhenFailed keeps what it showed until the log-out', async () => {
  const { expire } = await renderPage()
  const shown = screen.getByText('messages of Jane')
  await expire()
  expect(screen.getByText('messages of Jane')).toBe(shown)
  await act(() => auth.disconnectUser())
  expect(screen.queryByText('messages of Jane')).toBeNull()
  expect(screen.getByText('disconnected')).toBeTruthy()
})

test('ChatAuthGate with keepWhenFailed shows nothing of a user before the one who failed', async () => {
  await renderPage()
  await act(() => auth.switchUser({ id: 'bob' }, 'nonsense').catch(() => {}))
  expect(screen.queryByText('messages of Jane')).toBeNull()
  expect(screen.getByText('failed')).toBeTruthy()
})

test('another static token is used at once, in a live session and in one that failed', async () => {
  const { backend, mint, show, expire } = await renderPage()
  const second = await mint()
  show(second)
  await waitFor(() => expect(backend.counters.socketsOpened).toBe(2))
  await expire()
  show(await mint())
  await screen.findByText('live')
})

test('a provider in place of a static token connects the session that failed, and renews from then on', async () => {
  const { mint, show, expire } = await renderPage()
  await expire()
  show(mint)
  await screen.findByText('live')
  await act(() => auth.refreshToken())
  expect(auth.getState().status).toBe('connected')
})

test('another static token connects nobody who has logged out', async () => {
  const { mint, show } = await renderPage()
  await act(() => auth.disconnectUser())
  show(await mint())
  await act(async () => {})
  expect(auth.getState().status).toBe('disconnected')
})
