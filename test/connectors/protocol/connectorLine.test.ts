import { expect, test } from 'vitest'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import {
  createConnectorLine,
  type ConnectorLineOptions,
} from '../../../src/connectors/protocol/connectorLine.js'
import type { ConnectionContext, Credential } from '../../../src/core/connector.js'
import { ChatAuthError } from '../../../src/core/errors.js'
import { createManualClock } from '../../../src/testing.js'
import { later } from '../contract/stage.js'

interface Said {
  readonly user?: string
  readonly text?: string
}

const first: Credential = { userId: 'jane', authType: 'jwt', token: 'first' }
const second: Credential = { ...first, token: 'second' }

/** A line whose messages the test says, and what the session hears of it. */
function lineWith(options: Partial<ConnectorLineOptions<Said>> = {}) {
  const clock = createManualClock()
  const session = new AbortController()
  const heard: (string | undefined)[] = []
  const losses: [code: string, credential: Credential | undefined][] = []
  const wires: { say(said: Said): void; end(): void; signal: AbortSignal }[] = []
  const context = {
    environment: { ...createBrowserEnvironment(), ...clock },
    signal: session.signal,
    connectionLost: (error: Error, credential?: Credential) =>
      losses.push([error instanceof ChatAuthError ? error.code : error.name, credential]),
  } as unknown as ConnectionContext
  const line = createConnectorLine<Said>(context, {
    connect(_, signal) {
      const stream = new ReadableStream<Said>({
        start: (controller) =>
          void wires.push({
            say: (said) => controller.enqueue(said),
            end: () => controller.close(),
            signal,
          }),
      })
      return stream as unknown as AsyncIterable<Said>
    },
    readWelcome: ({ user }) => (user === undefined ? null : { id: user }),
    onMessage: ({ text }) => void heard.push(text),
    ...options,
  })
  return { line, clock, session, heard, losses, wires }
}

type Played = ReturnType<typeof lineWith>

/** Opens the line, and has the backend welcome it. */
async function opened({ line, wires }: Played, credential = first, user = 'jane') {
  const opening = line.open(credential)
  wires.at(-1)!.say({ user })
  return opening
}

test('it is open at its welcome, and hears what comes after', async () => {
  const played = lineWith()
  expect(await opened(played)).toEqual({ id: 'jane' })
  played.wires[0]!.say({ text: 'hello' })
  await played.clock.advance(0)
  expect(played.heard).toEqual(['hello'])
  expect(played.clock.pendingTimers).toBe(0)
})

test.each<[string, Said | null, string]>([
  ['welcomes somebody else', { user: 'bob' }, 'wrong-user'],
  ['begins with no welcome', { text: 'hello' }, 'unexpected-answer'],
  ['ends before a welcome', null, 'unexpected-answer'],
])('a line that %s is rejected and closed, and no loss', async (_, said, code) => {
  const { line, wires, losses, clock } = lineWith()
  const opening = line.open(first)
  if (said) wires[0]!.say(said)
  else wires[0]!.end()
  await expect(opening).rejects.toMatchObject({ code })
  expect(wires[0]!.signal.aborted).toBe(true)
  expect(losses).toEqual([])
  expect(clock.pendingTimers).toBe(0)
})

test('a line without a welcome in time is a connection-timeout, whatever it makes of its signal', async () => {
  const { line, clock } = lineWith({ connectTimeoutMs: 300 })
  const opening = later(line.open(first))
  await clock.advance(300)
  await expect(opening).rejects.toMatchObject({ code: 'connection-timeout' })
})

test('a line that ends is lost, with the credential that it was opened with', async () => {
  const played = lineWith()
  await opened(played)
  played.wires[0]!.end()
  await played.clock.advance(0)
  expect(played.losses).toEqual([['connection-failed', first]])
})

test('a new line takes the place of the old one at its welcome, and that is no loss', async () => {
  const played = lineWith()
  await opened(played)
  const opening = played.line.open(second)
  played.wires[0]!.say({ text: 'from the old one' })
  await played.clock.advance(0)
  expect(played.wires[0]!.signal.aborted).toBe(false)
  played.wires[1]!.say({ user: 'jane' })
  await opening
  expect(played.wires[0]!.signal.aborted).toBe(true)
  played.wires[0]!.say({ text: 'too late' })
  await played.clock.advance(0)
  expect(played.heard).toEqual(['from the old one'])
  expect(played.losses).toEqual([])
  played.wires[1]!.end()
  await played.clock.advance(0)
  expect(played.losses).toEqual([['connection-failed', second]])
})

test('a new line that fails leaves the old one up', async () => {
  const played = lineWith()
  await opened(played)
  await expect(opened(played, second, 'bob')).rejects.toMatchObject({ code: 'wrong-user' })
  played.wires[0]!.say({ text: 'still here' })
  await played.clock.advance(0)
  expect(played.heard).toEqual(['still here'])
})

test.each<[string, ConnectorLineOptions<Said>['onMessage'], string]>([
  ['says that its token is dead', () => ({ code: 40, message: 'old' }), 'RefusedError'],
  [
    'cannot be read',
    () => {
      throw new SyntaxError('nonsense')
    },
    'connection-failed',
  ],
])('a message that %s ends the line', async (_, onMessage, code) => {
  const played = lineWith({ onMessage })
  await opened(played)
  played.wires[0]!.say({ text: 'x' })
  await played.clock.advance(0)
  expect(played.losses).toEqual([[code, first]])
  expect(played.wires[0]!.signal.aborted).toBe(true)
})

test('closed, it hears nothing more, and that is no loss', async () => {
  const played = lineWith()
  await opened(played)
  played.wires[0]!.say({ text: 'in the same moment' })
  await played.line.close()
  await played.line.close()
  await played.clock.advance(0)
  expect(played.heard).toEqual([])
  expect(played.losses).toEqual([])
  expect(played.wires[0]!.signal.aborted).toBe(true)
})

test('the end of the session ends a line that is being opened, and one that is open', async () => {
  const played = lineWith()
  await opened(played)
  const opening = played.line.open(second)
  played.session.abort(new ChatAuthError('session-ended'))
  await expect(opening).rejects.toMatchObject({ code: 'session-ended' })
  expect(played.wires.map(({ signal }) => signal.aborted)).toEqual([true, true])
  expect(played.clock.pendingTimers).toBe(0)
})
