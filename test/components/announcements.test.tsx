import { act, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  ConnectionStatus,
  LogoutSwitchUser,
  createChatAuth,
} from '../../src/index.js'
import { announcerOf } from '../../src/components/announcer.js'
import { bob, createTestApp, jane, renderStrict } from '../support/renderStrict.js'

beforeEach(() => {
  // Not `setImmediate`, by which a test waits for signatures, which are made off the faked clock.
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))

/** Awaits an action in a few milliseconds of the faked clock, and then a second. */
async function done(action: () => Promise<unknown>): Promise<void> {
  await act(async () => {
    let isDone = false
    const underway = action().finally(() => {
      isDone = true
    })
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve))
      await vi.advanceTimersByTimeAsync(1)
    }
    await underway
  })
  await pass(1000)
}

/** Renders twelve components, and records every text of the live region. */
async function listen() {
  const { connector, tokenProvider, backend } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  renderStrict(
    <ChatAuthProvider auth={auth}>
      {Array.from({ length: 6 }, (_, n) => (
        <ConnectionStatus key={n} />
      ))}
      {Array.from({ length: 6 }, (_, n) => (
        <LogoutSwitchUser key={n} users={[jane, bob]} />
      ))}
    </ChatAuthProvider>,
  )
  const heard: string[] = []
  const region = screen.getByRole('status')
  new MutationObserver(() => heard.push(region.textContent.trim())).observe(region, {
    childList: true,
    characterData: true,
    subtree: true,
  })
  await done(() => auth.connectUser(jane))
  return { auth, backend, heard, tokenProvider }
}

test('twelve components have one live region, and announce one connection once', async () => {
  const { heard } = await listen()
  expect(screen.getAllByRole('status')).toHaveLength(1)
  expect(heard).toEqual(['Connected as Jane'])
})

test('one switch is one announcement', async () => {
  const { auth, heard } = await listen()
  await done(() => auth.switchUser(bob))
  expect(heard).toEqual(['Connected as Jane', 'Connected as Bob'])
})

test('a connection that stays away is announced after the grace period', async () => {
  const { backend, heard } = await listen()
  backend.faults.down = true
  act(() => backend.dropConnections())
  await pass(10)
  await pass(4900)
  expect(heard).toEqual(['Connected as Jane'])
  await pass(200)
  expect(heard).toEqual(['Connected as Jane', 'Reconnecting…'])
})

test('a state that passes within its delay is not announced, nor is the one that comes back', () => {
  const announcer = announcerOf({})
  const heard: string[] = []
  announcer.subscribe(() => heard.push(announcer.getText()))
  announcer.settle('connected', 'Connected', 400)
  announcer.settle('reconnecting', 'Reconnecting…', 5000)
  vi.advanceTimersByTime(21)
  announcer.settle('connected', 'Connected', 400)
  vi.advanceTimersByTime(60_000)
  expect(heard).toEqual([])

  announcer.settle('reconnecting', 'Reconnecting…', 5000)
  vi.advanceTimersByTime(5000)
  announcer.settle('connected', 'Connected', 400)
  vi.advanceTimersByTime(400)
  expect(heard).toEqual(['Reconnecting…', 'Connected'])
})

test('a log-out is announced', async () => {
  const { auth, heard } = await listen()
  await done(() => auth.disconnectUser())
  expect(heard).toEqual(['Connected as Jane', 'Logged out of chat'])
})

test('a refresh that was asked for is confirmed', async () => {
  const { heard, tokenProvider } = await listen()
  await done(async () => {
    screen.getAllByRole('button', { name: 'Refresh now' })[0]?.click()
    await tokenProvider.mock.results[1]?.value
  })
  expect(heard).toEqual(['Connected as Jane', 'Refreshed'])
})
