import { nextTask } from '../controls/createManualClock.js'
import type { AcceptedSocket, SocketPeer } from './sockets.js'
import type { Timers } from '../controls/timers.js'

export interface BackendWebSocketOptions {
  readonly url: string
  readonly timers: Timers
  readonly accept: (url: string, peer: SocketPeer) => AcceptedSocket | null
}

/** Node 20 has no global `CloseEvent`. */
class SocketCloseEvent extends Event {
  constructor(
    readonly code: number,
    readonly reason: string,
    readonly wasClean: boolean,
  ) {
    super('close')
  }
}

const eventTypes = ['open', 'message', 'error', 'close'] as const

/** A `WebSocket` class whose sockets lead to the backend and nowhere else. */
export function createBackendWebSocket(options: BackendWebSocketOptions): typeof WebSocket {
  const { url: baseUrl, timers, accept } = options

  class BackendWebSocket extends EventTarget {
    static readonly CONNECTING = 0
    static readonly OPEN = 1
    static readonly CLOSING = 2
    static readonly CLOSED = 3
    readonly CONNECTING = 0
    readonly OPEN = 1
    readonly CLOSING = 2
    readonly CLOSED = 3

    readonly url: string
    readonly protocol = ''
    readonly extensions = ''
    readonly bufferedAmount = 0
    binaryType: BinaryType = 'blob'
    readyState = 0
    onopen: ((event: Event) => void) | null = null
    onmessage: ((event: Event) => void) | null = null
    onerror: ((event: Event) => void) | null = null
    onclose: ((event: Event) => void) | null = null
    #backend: AcceptedSocket | null = null
    /** Everything reaches the page in a task of its own, in order, as from a network. */
    #deliveries = Promise.resolve()

    constructor(url: string | URL) {
      super()
      this.url = readUrl(url, baseUrl)
      for (const type of eventTypes) {
        this.addEventListener(type, (event) => this[`on${type}`]?.(event))
      }
      this.#deliver(() => this.#connect())
    }

    send(data: string) {
      if (this.readyState === this.CONNECTING) {
        throw new DOMException('Still in CONNECTING state.', 'InvalidStateError')
      }
      if (this.readyState !== this.OPEN) return
      this.#deliver(() => this.#backend?.message(data))
    }

    close(code?: number, reason = '') {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
        throw new DOMException(`The code must be 1000 or 3000 to 4999.`, 'InvalidAccessError')
      }
      if (this.readyState >= this.CLOSING) return
      const connecting = this.readyState === this.CONNECTING
      this.readyState = this.CLOSING
      this.#deliver(() => {
        this.#backend?.closed()
        if (connecting) this.#fail()
        // RFC 6455: 1005 stands for a close frame without a code.
        else this.#end(code ?? 1005, reason, true)
      })
    }

    #connect() {
      if (this.readyState !== this.CONNECTING) return
      const isOurs = new URL(this.url).host === new URL(baseUrl).host
      this.#backend = isOurs ? accept(this.url, this.#peer()) : null
      if (!this.#backend) return this.#fail()
      this.readyState = this.OPEN
      this.dispatchEvent(new Event('open'))
    }

    #peer(): SocketPeer {
      return {
        send: (text) =>
          this.#deliver(() => {
            // The specification drops what arrives after close() was called.
            if (this.readyState !== this.OPEN) return
            this.dispatchEvent(new MessageEvent('message', { data: text }))
          }),
        close: (code, reason) => this.#deliver(() => this.#end(code, reason, true)),
        terminate: () => this.#deliver(() => this.#end(1006, '', false)),
      }
    }

    #fail() {
      if (this.readyState === this.CLOSED) return
      this.readyState = this.CLOSED
      this.dispatchEvent(new Event('error'))
      this.dispatchEvent(new SocketCloseEvent(1006, '', false))
    }

    #end(code: number, reason: string, wasClean: boolean) {
      if (this.readyState === this.CLOSED) return
      this.readyState = this.CLOSED
      this.dispatchEvent(new SocketCloseEvent(code, reason, wasClean))
    }

    #deliver(action: () => void) {
      this.#deliveries = this.#deliveries.then(() =>
        timers.work(async () => {
          await nextTask()
          action()
        }),
      )
    }
  }

  // The parts of the DOM's type that no client uses, such as overloads by event name, are left out.
  return BackendWebSocket as unknown as typeof WebSocket
}

/** The specification takes http: and https: too, and paths relative to the page. */
function readUrl(url: string | URL, baseUrl: string): string {
  let parsed: URL
  try {
    parsed = new URL(url, baseUrl)
  } catch {
    throw new DOMException(`The URL '${String(url)}' is invalid.`, 'SyntaxError')
  }
  parsed.protocol = parsed.protocol.replace(/^http/, 'ws')
  if (!/^wss?:$/.test(parsed.protocol) || parsed.hash) {
    throw new DOMException(`The URL's scheme must be ws or wss.`, 'SyntaxError')
  }
  return parsed.href
}
