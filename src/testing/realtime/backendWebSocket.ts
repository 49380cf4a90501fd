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

/** Creates a `WebSocket` class whose sockets reach only the backend. */
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
    /** Queue that delivers each event in its own task, in order, as a network does. */
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
        // 1005 stands for a close frame without a code (RFC 6455, section 7.4.1).
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
            // The specification drops messages that arrive after a call to close().
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

  // Parts of the DOM's type that no client uses are missing, such as overloads by event name.
  return BackendWebSocket as unknown as typeof WebSocket
}

/** Reads a socket's URL. The specification also allows http:, https: and relative URLs. */
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
