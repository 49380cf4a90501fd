import type { StreamChatOptions } from 'stream-chat'
import { redactTokens } from '../core/withoutTokens.js'

type Logger = NonNullable<StreamChatOptions['logger']>

/** Deeper than anything that the client logs and a reader would look at. */
const maxDepth = 6

/** The app's logger, told what the client logs without the tokens in it: in URLs, headers, events. */
export function loggerWithoutTokens(logger: Logger): Logger {
  return (level, message, extraData) => {
    logger(level, redactTokens(message), plain(extraData, 0) as typeof extraData)
  }
}

/**
 * A copy of plain data. Sockets, events, errors and the like are told by their names alone: what they
 * hold is not to be enumerated, and may be a token.
 */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactTokens(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === maxDepth) return '…'
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1))
  if (value instanceof Error) return redactTokens(`${value.name}: ${value.message}`)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor.name}]`
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, plain(item, depth + 1)]),
  )
}
