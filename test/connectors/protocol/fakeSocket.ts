import type { WebSocketLike } from '../../../src/connectors/protocol/chatSocket.js'
import type { IgnoredFrame } from '../../../src/core/connector.js'

type Listener = (event: { data: unknown }) => void

/** A socket whose other end is controlled by the test. */
export class FakeSocket implements WebSocketLike {
  static last: FakeSocket
  readonly sent: string[] = []
  readonly closedWith: (number | undefined)[] = []
  readonly #listeners: [string, Listener][] = []

  constructor(readonly url: string) {
    FakeSocket.last = this
  }
  addEventListener(type: string, listener: Listener) {
    this.#listeners.push([type, listener])
  }
  send(data: string) {
    this.sent.push(data)
  }
  close(code?: number) {
    this.closedWith.push(code)
  }
  emit(type: 'message' | 'close' | 'error', data?: unknown) {
    for (const [of, listener] of this.#listeners) if (of === type) listener({ data })
  }
}

/** The first frame of the protocol. */
export const welcomeOf = (me: object) =>
  JSON.stringify({ type: 'health.check', connection_id: 'c1', me })

export const welcome = welcomeOf({ id: 'jane' })

/** Frames that are no event, with the reason that the socket reports for each. */
export const nonsense: readonly (readonly [frame: unknown, reason: IgnoredFrame])[] = [
  ['<!doctype html>', 'not-json'],
  ['null', 'not-an-object'],
  ['5', 'not-an-object'],
  ['[]', 'not-an-object'],
  ['[{"type":"message.new"}]', 'not-an-object'],
  ['{}', 'no-type'],
  ['{"type":5}', 'no-type'],
  ['{"error":true}', 'no-type'],
  ['{"error":{"message":"no code"}}', 'no-type'],
  ['{"type":null,"error":{"code":40}}', 'no-type'],
  ['{"__proto__":{"type":"message.new"}}', 'no-type'],
  [new Blob(['bytes']), 'binary'],
  [Buffer.from('{"error":{"code":40}}'), 'binary'],
]
