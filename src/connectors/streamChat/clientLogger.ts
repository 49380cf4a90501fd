import type { StreamChatOptions } from 'stream-chat'
import { redactTokens } from '../../core/tools/redactTokens.js'
import { redactCause } from '../../core/tools/redactCause.js'

type Logger = NonNullable<StreamChatOptions['logger']>

/** The app's logger, told what the client logs without the tokens in it: in URLs, headers, events. */
export function loggerWithoutTokens(logger: Logger): Logger {
  return (level, message, extraData) => {
    logger(level, redactTokens(message), redactCause(extraData) as typeof extraData)
  }
}
