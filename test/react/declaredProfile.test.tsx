import { act, screen } from '@testing-library/react'
import { useEffect } from 'react'
import { expect, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  createChatAuth,
  useChatUser,
  type ChatUserInput,
  type UseChatUserResult,
} from '../../src/index.js'
import { createTestApp, jane, renderStrict } from '../support/renderStrict.js'

let hook!: UseChatUserResult

function Page() {
  const result = useChatUser()
  useEffect(() => {
    hook = result
  }, [result])
  const { status, user, actionError } = result
  return <p>{[status, user?.name, user?.['team'], actionError?.code].filter(Boolean).join(' ')}</p>
}

function setUp() {
  const test = createTestApp()
  const app = (user: ChatUserInput | null) => (
    <test.App user={user as never}>
      <Page />
    </test.App>
  )
  const patches = () => test.backend.requests.filter(({ method }) => method === 'PATCH').length
  return { ...test, app, patches }
}

test('a `user` prop whose name changes under the same id is sent once, and inline equal ones not at all', async () => {
  const { app, patches } = setUp()
  const { rerender } = renderStrict(app({ ...jane, teams: { of: ['a'] } }))
  await screen.findByText('connected Jane')
  for (let i = 0; i < 5; i++) rerender(app({ ...jane, teams: { of: ['a'] } }))
  rerender(app({ teams: { of: ['a'] }, ...jane }))
  expect(patches()).toBe(0)
  rerender(app({ ...jane, name: 'Jane Smith' }))
  for (let i = 0; i < 5; i++) rerender(app({ ...jane, name: 'Jane Smith' }))
  await screen.findByText('connected Jane Smith')
  expect(patches()).toBe(1)
})

test('a `user` prop that changes three times while it connects is sent once, when connected', async () => {
  const { app, patches } = setUp()
  const { rerender } = renderStrict(app(jane))
  for (const team of ['red', 'green', 'blue']) rerender(app({ ...jane, team }))
  await screen.findByText('connected Jane blue')
  expect(patches()).toBe(1)
})

test('a `user` prop mounted on a session that is already there sends nothing', async () => {
  const { backend, tokenProvider, createConnector, patches } = setUp()
  const auth = createChatAuth({ connector: createConnector(), tokenProvider })
  await auth.connectUser(jane)
  renderStrict(
    <ChatAuthProvider auth={auth} user={{ id: 'jane', name: 'Jane Miller' }}>
      <Page />
    </ChatAuthProvider>,
  )
  await screen.findByText('connected Jane')
  await act(() => auth.fetch('/me'))
  expect(patches()).toBe(0)
  expect(backend.counters.socketsOpened).toBe(1)
  act(() => auth.dispose())
})

test('a change of the `user` prop that the backend refuses is told in an event, and the session goes on', async () => {
  const { App, backend } = setUp()
  const onEvent = vi.fn()
  const app = (user: object) => (
    <App user={user as never} onEvent={onEvent}>
      <Page />
    </App>
  )
  const { rerender } = renderStrict(app(jane))
  await screen.findByText('connected Jane')
  rerender(app({ ...jane, name: 7 }))
  await vi.waitFor(() =>
    expect(onEvent).toHaveBeenCalledWith(
      expect.objectContaining({ type: 'user-update-failed', code: 'backend-refused' }),
    ),
  )
  expect(screen.getByText('connected Jane')).toBeTruthy()
  expect(backend.counters.liveSockets).toBe(1)
})

test('updateUser of useChatUser is a mutation that resolves with the user, and shows the new name', async () => {
  const { app } = setUp()
  renderStrict(app(jane))
  await screen.findByText('connected Jane')
  await act(async () => {
    const user = await hook.updateUser({ name: 'Jane Smith' })
    expect(user.name).toBe('Jane Smith')
  })
  expect(screen.getByText('connected Jane Smith')).toBeTruthy()
  await act(() => hook.updateUser({ name: 7 as never }).catch(() => {}))
  await screen.findByText('connected Jane Smith backend-refused')
})
