import type { ConnectionContext } from '../../core/connector.js'
import { elapsedSince, markNow, type Mark } from '../../core/environment.js'
import { isChatAuthError, type ChatAuthErrorCode } from '../../core/errors.js'
import { refusalOf } from '../../core/refusedError.js'

export interface SocketFallbackOptions {
  readonly context: Pick<ConnectionContext, 'environment' | 'signal'>
  readonly isEnabled: boolean
  readonly connectTimeoutMs: number
}

/** Opens a line in one of two ways, each with so many milliseconds until its welcome. */
export interface WaysToOpen<Line> {
  readonly socket: (timeoutMs: number) => Promise<Line>
  readonly polling: (timeoutMs: number) => Promise<Line>
}

/** Opens the lines of one session: by WebSocket, or by polling where WebSockets are blocked. */
export type OpenLine = <Line>(ways: WaysToOpen<Line>) => Promise<Line>

/** Milliseconds that a WebSocket may take before polling is tried, as in the client. */
const socketTimeoutMs = 6000

/** Milliseconds until a WebSocket is tried again at the next opening: each try may cost the time above. */
const blockedMs = 300_000

/** Errors to which the backend itself said nothing. */
const unheard: readonly ChatAuthErrorCode[] = [
  'connection-failed',
  'connection-timeout',
  'handshake-refused',
  'unexpected-answer',
  'websocket-unavailable',
]

/**
 * Checks the option that enables polling.
 * @throws TypeError that names the option
 */
export function readFallback(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true
  throw new TypeError(`\`${name}\` must be true or false.`)
}

export function createSocketFallback(options: SocketFallbackOptions): OpenLine {
  const { isEnabled, connectTimeoutMs } = options
  const { environment, signal } = options.context
  /** When a WebSocket failed last where polling had an answer. Written by `open`, reset by `poll`. */
  let blockedAt: Mark | null = null

  const isUnheard = (error: unknown) => isChatAuthError(error) && unheard.includes(error.code)

  async function poll<Line>(ways: WaysToOpen<Line>, socketError?: unknown): Promise<Line> {
    try {
      return await ways.polling(connectTimeoutMs)
    } catch (error) {
      // A refusal of the token is an answer too. Without one, no way has proved to be the better one.
      if (!refusalOf(error)) blockedAt = null
      // Core counts such handshakes: after three it asks for another token.
      const isGateways = isChatAuthError(socketError) && socketError.code === 'handshake-refused'
      throw isGateways && isUnheard(error) ? socketError : error
    }
  }

  return async (ways) => {
    if (!isEnabled) return ways.socket(connectTimeoutMs)
    if (blockedAt && elapsedSince(environment, blockedAt) < blockedMs) return poll(ways)
    try {
      return await ways.socket(Math.min(connectTimeoutMs, socketTimeoutMs))
    } catch (error) {
      // socket refused → log-out → this catch: without the check, a poll would leave after the session.
      if (signal.aborted || !isUnheard(error)) throw error
      blockedAt = markNow(environment)
      return poll(ways, error)
    }
  }
}
