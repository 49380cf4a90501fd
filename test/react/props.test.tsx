import { act, screen } from '@testing-library/react'
import { useEffect } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { useChatAuth, useChatUser, type ChatAuth, type ChatUser } from '../../src/index.js'
import { bob, createTestApp, jane, renderStrict } from '../support/renderStrict.js'

let auth!: ChatAuth

function Page() {
  const { status, user } = useChatUser()
  const handle = useChatAuth()
  useEffect(() => {
    auth = handle
  }, [handle])
  return <p>{[status, user?.name].filter(Boolean).join(' ')}</p>
}

describe('a callback prop', () => {
  test('that is inline is called as the latest render passed it, whichever callback it is', async () => {
    const { App } = createTestApp()
    const told: string[] = []
    const app = (render: number) => (
      <App
        user={jane}
        onEvent={({ type }) => void told.push(`${type} ${render}`)}
        beforeSessionEnd={({ identity }) => void told.push(`before ${identity.type} ${render}`)}
        afterSessionEnd={({ identity }) => void told.push(`after ${identity.type} ${render}`)}
      >
        <Page />
      </App>
    )
    const { rerender } = renderStrict(app(1))
    await screen.findByText('connected Jane')
    rerender(app(2))
    told.length = 0
    await act(() => auth.disconnectUser())

    expect(told).toEqual(
      expect.arrayContaining(['before user 2', 'session-ended 2', 'after user 2']),
    )
    expect(told.filter((line) => line.endsWith('1'))).toEqual([])
  })

  test('may be passed after the session has begun, and removed again', async () => {
    const { App } = createTestApp()
    const [beforeSessionEnd, afterSessionEnd] = [vi.fn(() => false), vi.fn()]
    const app = (callbacks = {}) => (
      <App user={jane} {...callbacks}>
        <Page />
      </App>
    )
    const { rerender } = renderStrict(app())
    await screen.findByText('connected Jane')
    rerender(app({ beforeSessionEnd, afterSessionEnd }))
    await act(() => expect(auth.disconnectUser()).rejects.toMatchObject({ code: 'vetoed' }))
    expect(beforeSessionEnd).toHaveBeenCalledTimes(1)
    rerender(app({ afterSessionEnd }))
    await act(() => auth.disconnectUser())

    expect(beforeSessionEnd).toHaveBeenCalledTimes(1)
    expect(afterSessionEnd).toHaveBeenCalledTimes(1)
  })

  test('that is missing does not delay a log-out: the session is over when the call returns', async () => {
    const { App } = createTestApp()
    renderStrict(
      <App user={jane}>
        <Page />
      </App>,
    )
    await screen.findByText('connected Jane')
    await act(async () => {
      const leaving = auth.disconnectUser()
      expect(auth.getState().status).toBe('disconnecting')
      await leaving
    })
  })
})

describe('a `user` prop', () => {
  test('whose object is changed in place to another user switches at the next render', async () => {
    const { App, backend } = createTestApp()
    const user: ChatUser = { ...jane }
    const app = () => (
      <App user={user}>
        <Page />
      </App>
    )
    const { rerender } = renderStrict(app())
    await screen.findByText('connected Jane')
    Object.assign(user, bob)
    rerender(app())
    await screen.findByText('connected Bob')
    await act(() => auth.fetch('/users'))

    expect(backend.requests.at(-1)).toMatchObject({ userId: 'bob' })
    expect(auth.getState()).toMatchObject({ identity: { user: bob } })
  })

  test('whose object is changed in place to another user stays the rendered user until then', async () => {
    const { App, backend } = createTestApp()
    const user: ChatUser = { ...jane }
    renderStrict(
      <App user={user}>
        <Page />
      </App>,
    )
    Object.assign(user, bob)
    await screen.findByText('connected Jane')
    await act(() => auth.fetch('/users'))

    expect(backend.requests.at(-1)).toMatchObject({ userId: 'jane' })
    expect(auth.getState()).toMatchObject({ identity: { user: jane } })
  })

  test('that is a draft stays connected after the draft is revoked, also when rendered again', async () => {
    const { App } = createTestApp()
    const draft = Proxy.revocable<ChatUser>({ ...jane }, {})
    const app = () => (
      <App user={draft.proxy}>
        <Page />
      </App>
    )
    const { rerender } = renderStrict(app())
    draft.revoke()
    await screen.findByText('connected Jane')
    rerender(app())

    expect(screen.getByText('connected Jane')).toBeTruthy()
    expect(auth.getState()).toMatchObject({ identity: { user: jane } })
  })
})
