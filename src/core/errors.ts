import { errorTexts, type ErrorText } from './errorTexts.js'
import { attempt, isErrorObject, isObject, textOf } from './tools/reading.js'
import { redactTokens } from './tools/redactTokens.js'
import { redactCause } from './tools/redactCause.js'

/** Every way in which this library fails, as a kebab-case word that is also its anchor in the docs. */
export type ChatAuthErrorCode = keyof typeof errorTexts

/** All codes with their texts: what the docs page on errors is made from. */
export const chatAuthErrors: Readonly<Record<ChatAuthErrorCode, ErrorText>> = errorTexts

/** What is known of a failure beyond its code. */
export interface ChatAuthErrorOptions {
  /** Words that replace the table's message; tokens in them are replaced. */
  message?: string
  /** Words that replace the table's remedy where more is known; tokens in them are replaced. */
  remedy?: string
  /** What lay beneath; copied, as far as it is plain data, and without the tokens in it. */
  cause?: unknown
  /** How long the server asked to wait (`Retry-After`), in milliseconds. */
  retryAfterMs?: number | undefined
  /** Overrides the table where the same code is final in one place and passing in another. */
  retryable?: boolean
}

/**
 * Every failure at run time: `code` says what, `remedy` what to do, `retryable` whether trying again
 * may help, `cause` what lay beneath. Holds no token and no secret.
 */
export class ChatAuthError extends Error {
  override readonly name = 'ChatAuthError'
  readonly code: ChatAuthErrorCode
  readonly remedy: string
  readonly retryable: boolean
  readonly retryAfterMs: number | null

  constructor(code: ChatAuthErrorCode, options: ChatAuthErrorOptions = {}) {
    const text = errorTexts[code]
    const message = redactTokens(options.message ?? text.message)
    const remedy = redactTokens(options.remedy ?? text.remedy)
    const cause = isIntact(options.cause) ? options.cause : redactCause(options.cause)
    super(`${message} ${remedy}`, { cause })
    this.code = code
    this.remedy = remedy
    this.retryable = options.retryable ?? text.retryable
    const { retryAfterMs = NaN } = options
    // A provider's own arithmetic may make NaN of a header that is a date: it would be waited for 0 ms.
    this.retryAfterMs = retryAfterMs >= 0 ? retryAfterMs : null
    made.set(this, { code, remedy, cause })
  }
}

/** The errors made by this copy of the package, with what they were given. */
const made = new WeakMap<object, Pick<ChatAuthError, 'code' | 'remedy' | 'cause'>>()

/** The number of own fields of an error as it was made: those of its class, its message, cause and stack. */
const ownFields = Reflect.ownKeys(new ChatAuthError('disposed')).length

/** Whether `error` is one of this copy of the package, and as its constructor left it. */
function isIntact(error: unknown): boolean {
  const look = () => {
    const given = isObject(error) && made.get(error)
    if (!given) return false
    const { code, remedy, message, stack, cause } = error as ChatAuthError
    const words = `${message}\n${stack}`
    return (
      Object.getPrototypeOf(error) === ChatAuthError.prototype &&
      Reflect.ownKeys(error).length === ownFields &&
      code === given.code &&
      remedy === given.remedy &&
      cause === given.cause &&
      redactTokens(words) === words
    )
  }
  return attempt(look, false)
}

/** Whether `value` is a `ChatAuthError`, also one from a second copy of this package. */
export function isChatAuthError(value: unknown): value is ChatAuthError {
  return isNamedSo(value) && Object.hasOwn(errorTexts, value.code)
}

/** By its name: an error of a second copy of the package, perhaps newer, is of another class. */
function isNamedSo(value: unknown): value is ChatAuthError {
  if (!isObject(value)) return false
  const look = () => {
    const { name, code } = value as Partial<ChatAuthError>
    return name === 'ChatAuthError' && typeof code === 'string' && isErrorObject(value)
  }
  return attempt(look, false)
}

/**
 * `error` if this copy of the package made it; made anew from what it says if another copy did, or if
 * something was added to it; otherwise the cause of an error with `code`.
 */
export function toChatAuthError(error: unknown, code: ChatAuthErrorCode): ChatAuthError {
  if (isIntact(error)) return error as ChatAuthError
  const read = () => (isNamedSo(error) ? makeAnew(error, code) : null)
  return attempt(read, null) ?? new ChatAuthError(code, { cause: error })
}

function makeAnew(error: ChatAuthError, otherwise: ChatAuthErrorCode): ChatAuthError {
  const { code, retryable, retryAfterMs, cause } = error
  const words = textOf(error, 'message')
  const remedy = textOf(error, 'remedy')
  const anew = new ChatAuthError(Object.hasOwn(errorTexts, code) ? code : otherwise, {
    message: words.endsWith(` ${remedy}`) ? words.slice(0, -1 - remedy.length) : words,
    // Also of a later version: its own advice is better than that of a code it does not have.
    ...(remedy !== '' && { remedy }),
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    cause,
    ...(typeof retryable === 'boolean' && { retryable }),
  })
  const stack = redactTokens(textOf(error, 'stack'))
  Object.defineProperty(anew, 'stack', { value: stack, writable: true, configurable: true })
  return anew
}
