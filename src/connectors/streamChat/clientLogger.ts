import type { StreamChatOptions } from 'stream-chat'
import { redactTokens } from '../../core/tools/redactTokens.js'
import { redactCause } from '../../core/tools/redactCause.js'

type Logger = NonNullable<StreamChatOptions['logger']>

/** Wraps the app's logger so that tokens in URLs, headers and events are redacted. */
export function loggerWithoutTokens(logger: Logger): Logger {
  return (level, message, extraData) => {
    logger(level, redactTokens(message), redactCause(extraData) as typeof extraData)
  }
}
