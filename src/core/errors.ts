import type { ErrorText } from './errorText.js'
import { errorTexts } from './errorTexts.js'
import { attempt, isErrorObject, isObject, textOf } from './tools/reading.js'
import { redactTokens } from './tools/redactTokens.js'
import { redactCause } from './tools/redactCause.js'

/** Code of an error: a kebab-case word, which is also its anchor in the docs. */
export type ChatAuthErrorCode = keyof typeof errorTexts

/** All error codes with their texts. The docs page on errors is generated from this table. */
export const chatAuthErrors: Readonly<Record<ChatAuthErrorCode, ErrorText>> = errorTexts

/** Details of a failure beyond its code. */
export interface ChatAuthErrorOptions {
  /** Replaces the table's message. Tokens in it are redacted. */
  message?: string
  /** Replaces the table's remedy where more is known. Tokens in it are redacted. */
  remedy?: string
  /** The underlying error. Its plain data is copied, with tokens redacted. */
  cause?: unknown
  /** The wait that the server asked for (`Retry-After`), in milliseconds. */
  retryAfterMs?: number | undefined
  /** Overrides the table where the same code is final in one place and temporary in another. */
  retryable?: boolean
}

/**
 * Error of every failure at run time. `code` says what failed, `remedy` what to do, `retryable` whether
 * another attempt may help. `cause` is the underlying error. Contains no token.
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
    // Drops NaN, which would mean a wait of 0 ms: a provider may compute it from a date in the header.
    this.retryAfterMs = retryAfterMs >= 0 ? retryAfterMs : null
    made.set(this, { code, remedy, cause })
  }
}

/** Errors created by this copy of the package, with the values that they were created with. */
const made = new WeakMap<object, Pick<ChatAuthError, 'code' | 'remedy' | 'cause'>>()

/** Number of own fields of a new error: those of its class, and `message`, `cause` and `stack`. */
const ownFields = Reflect.ownKeys(new ChatAuthError('disposed')).length

/** Whether `error` was created by this copy of the package, and not changed since. */
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

/** Whether `value` is a `ChatAuthError`, of this or another copy of the package. */
export function isChatAuthError(value: unknown): value is ChatAuthError {
  return isNamedSo(value) && Object.hasOwn(errorTexts, value.code)
}

/** Checks the name, because an error of another copy of the package has another class. */
function isNamedSo(value: unknown): value is ChatAuthError {
  if (!isObject(value)) return false
  const look = () => {
    const { name, code } = value as Partial<ChatAuthError>
    return name === 'ChatAuthError' && typeof code === 'string' && isErrorObject(value)
  }
  return attempt(look, false)
}

/**
 * Returns `error` itself if this copy of the package created it. A `ChatAuthError` of another copy, or
 * one that was changed, is rebuilt from its fields. Any other value becomes the cause of a `code` error.
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
    // A newer copy may have a code that is unknown here; its own remedy still fits.
    ...(remedy !== '' && { remedy }),
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    cause,
    ...(typeof retryable === 'boolean' && { retryable }),
  })
  const stack = redactTokens(textOf(error, 'stack'))
  Object.defineProperty(anew, 'stack', { value: stack, writable: true, configurable: true })
  return anew
}
