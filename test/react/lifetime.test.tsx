import { act, cleanup, screen, waitFor } from '@testing-library/react'
import { Activity, useState } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { useAnonymous, useChatUser, useGuest, type TokenProvider } from '../../src/index.js'
import { isReact19 } from '../support/reactVersion.js'
import { bob, createTestApp, jane, renderStrict } from '../support/renderStrict.js'

function Status() {
  const { status, sessionId } = useChatUser()
  return <p title={sessionId ?? ''}>{status}</p>
}

type TestApp = ReturnType<typeof createTestApp>

function Actions({ own }: { own: TokenProvider | undefined }) {
  const { status, user, connectUser, switchUser, disconnectUser } = useChatUser()
  const { setGuestUser } = useGuest()
  const { connectAnonymousUser } = useAnonymous()
  const actions = {
    connect: () => void connectUser(jane),
    connectOwn: () => void connectUser(jane, own),
    switch: () => void switchUser(bob),
    guest: () => void setGuestUser({ id: 'visitor', name: 'Visitor' }),
    anonymous: () => void connectAnonymousUser(),
    logOut: () => void disconnectUser(),
  }
  return (
    <>
      <p>{[status, user?.name ?? user?.id].filter(Boolean).join(' ')}</p>
      {Object.entries(actions).map(([name, act]) => (
        <button key={name} type="button" onClick={act}>
          {name}
        </button>
      ))}
    </>
  )
}

const aTask = () => act(() => new Promise((resolve) => setTimeout(resolve, 5)))

/** Counts core's timers, and leaves the rest of the platform as it is. */
function countTimers() {
  const pending = new Set<unknown>()
  return {
    pending,
    setTimer: (callback: () => void, delayMs: number) => {
      const timer = setTimeout(() => {
        pending.delete(timer)
        callback()
      }, delayMs)
      pending.add(timer)
      return () => {
        pending.delete(timer)
        clearTimeout(timer)
      }
    },
  }
}

describe('unmounting the provider', () => {
  test('leaves no socket, timer or listener behind', async () => {
    const { App, backend } = createTestApp()
    const { pending, setTimer } = countTimers()
    const added = vi.spyOn(window, 'addEventListener')
    const removed = vi.spyOn(window, 'removeEventListener')
    const { unmount } = renderStrict(
      <App user={jane} environment={{ setTimer }}>
        <Status />
      </App>,
    )
    await screen.findByText('connected')
    expect(pending.size).toBeGreaterThan(0)
    const listening = added.mock.calls.filter(([type]) => type === 'online')
    expect(listening.length).toBeGreaterThan(0)
    unmount()

    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
    await waitFor(() => expect(pending.size).toBe(0))
    const left = removed.mock.calls.filter(([type]) => type === 'online')
    expect(left).toHaveLength(listening.length)
    vi.restoreAllMocks()
  })

  test('before it has connected leaves no socket, timer or listener either', async () => {
    const { App, backend, tokenProvider } = createTestApp()
    let signal!: AbortSignal
    tokenProvider.mockImplementation((request) => {
      signal = request.signal
      return new Promise(() => {})
    })
    const { unmount } = renderStrict(
      <App user={jane}>
        <Status />
      </App>,
    )
    await waitFor(() => expect(tokenProvider).toHaveBeenCalled())
    unmount()

    await waitFor(() => expect(signal.aborted).toBe(true))
    expect(backend.counters.socketsOpened).toBe(0)
  })
})

describe.runIf(isReact19)('running the effects again', () => {
  /** Hides its children on request: their state stays, and their effects are undone. */
  function Page({ App }: { App: ReturnType<typeof createTestApp>['App'] }) {
    const [mode, setMode] = useState<'visible' | 'hidden'>('visible')
    return (
      <>
        <button type="button" onClick={() => setMode('hidden')}>
          hide
        </button>
        <button type="button" onClick={() => setMode('visible')}>
          show
        </button>
        <Activity mode={mode}>
          <App user={jane}>
            <Status />
          </App>
        </Activity>
      </>
    )
  }
  const press = (name: string) => act(() => screen.getByText(name).click())

  interface DecidingProps {
    App: TestApp['App']
    user?: typeof jane | undefined
    own?: TokenProvider
  }

  /** As `Page`, with a provider whose hooks connect and log out. */
  function Deciding({ App, user, own }: DecidingProps) {
    const [mode, setMode] = useState<'visible' | 'hidden'>('visible')
    return (
      <>
        <button type="button" onClick={() => setMode(mode === 'hidden' ? 'visible' : 'hidden')}>
          toggle
        </button>
        <Activity mode={mode}>
          <App user={user}>
            <Actions own={own} />
          </App>
        </Activity>
      </>
    )
  }

  async function hideAndShow(backend: TestApp['backend']) {
    press('toggle')
    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
    await aTask()
    press('toggle')
    await aTask()
  }

  test.each([
    ['a user', 'connect', 'connected Jane'],
    ['a user who was switched to', 'switch', 'connected Bob'],
    ['an anonymous reader', 'anonymous', 'connected !anon'],
    ['a guest', 'guest', 'connected Visitor'],
  ])(
    'and mounting it again after a task connects %s again whom a hook connected',
    async (_, action, shown) => {
      const { App, backend } = createTestApp()
      renderStrict(<Deciding App={App} />)
      press(action)
      await screen.findByText(shown)
      await hideAndShow(backend)
      await screen.findByText(shown)
      expect(backend.counters).toMatchObject({ liveSockets: 1, wrongUserTokens: 0 })
    },
  )

  test('and mounting it again after a task asks the provider that the hook was given', async () => {
    const { App, backend, tokenProvider } = createTestApp()
    const own = vi.fn(tokenProvider)
    renderStrict(<Deciding App={App} own={own} />)
    press('connectOwn')
    await screen.findByText('connected Jane')
    await hideAndShow(backend)
    await screen.findByText('connected Jane')
    expect(own).toHaveBeenCalledTimes(2)
  })

  test.each([[undefined], [jane]])(
    'and mounting it again after a task leaves nobody connected who logged out; the prop is %j',
    async (user) => {
      const { App, backend } = createTestApp()
      renderStrict(<Deciding App={App} user={user} />)
      if (!user) press('connect')
      await screen.findByText('connected Jane')
      press('logOut')
      await screen.findByText('disconnected')
      const { socketsOpened } = backend.counters
      await hideAndShow(backend)
      expect(screen.getByText('disconnected')).toBeTruthy()
      expect(backend.counters.socketsOpened).toBe(socketsOpened)
    },
  )

  test('and mounting it again after a task keeps an action of a hook before the prop', async () => {
    const { App, backend } = createTestApp()
    renderStrict(<Deciding App={App} user={jane} />)
    await screen.findByText('connected Jane')
    press('switch')
    await screen.findByText('connected Bob')
    await hideAndShow(backend)
    await screen.findByText('connected Bob')
    expect(backend.counters.liveSockets).toBe(1)
  })

  test('and mounting it again within a task keeps the session', async () => {
    const { App, backend } = createTestApp()
    renderStrict(<Page App={App} />)
    await screen.findByText('connected')
    const { title } = screen.getByText('connected')
    press('hide')
    press('show')
    await aTask()

    expect(screen.getByText('connected').title).toBe(title)
    expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1, tokenCalls: 1 })
  })

  test('and mounting it again after a task connects a new session', async () => {
    const { App, backend } = createTestApp()
    renderStrict(<Page App={App} />)
    await screen.findByText('connected')
    press('hide')
    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
    press('show')

    await waitFor(() => expect(backend.counters.liveSockets).toBe(1))
    await screen.findByText('connected')
    expect(backend.counters.socketsOpened).toBe(2)
    cleanup()
    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
  })
})
