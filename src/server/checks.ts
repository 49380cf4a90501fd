/** Who is misused: a message begins with its name. */
type Caller = 'createUserToken' | 'verifyUserToken' | 'createTokenHandler' | 'createChatBackend'

/** Instants in seconds stay below this until the year 5138; in milliseconds they passed it in 1973. */
export const firstImplausibleSecond = 1e11

/** Tokens travel in URLs and headers; servers cut both off not far above this, and clients refuse more. */
export const maxTokenLength = 8192

/** A lifetime of an hour in milliseconds would be 41 days. */
const longestSeconds = 31 * 86_400

/** The error of an option that cannot work, or of an answer of the app's hook that cannot. */
export function misuse(caller: Caller, fault: string): TypeError {
  return new TypeError(`${caller}: ${fault}`)
}

/** Takes `null` for an option that was left out, as JSON and databases have it. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

/** @throws TypeError for anything but an object with named members */
export function checkObject(value: unknown, name: string, caller: Caller): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || isInstant(value)) throw misuse(caller, `${name} must be an object.`)
}

/** @throws TypeError for what is neither a function nor left out */
export function checkFunction(value: unknown, option: string, caller: Caller): void {
  if (isAbsent(value) || typeof value === 'function') return
  throw misuse(caller, `\`${option}\` must be a function.`)
}

/** @throws TypeError for anything but a text with characters */
export function checkText(value: unknown, option: string, caller: Caller): void {
  if (typeof value === 'string' && value !== '') return
  throw misuse(caller, `\`${option}\` must be a non-empty string.`)
}

/**
 * An instant, or undefined where it was left out.
 * @throws TypeError for what is no valid Date
 */
export function readInstant(value: unknown, option: string, caller: Caller): Date | undefined {
  if (isAbsent(value)) return undefined
  if (isInstant(value) && !Number.isNaN(value.getTime())) return value
  throw misuse(caller, `\`${option}\` must be a valid Date.`)
}

/**
 * A token's lifetime in seconds, or undefined where it is to last for ever.
 * @throws TypeError if it is none, or likely to be in milliseconds
 */
export function readLifetime(seconds: unknown, caller: Caller): number | undefined {
  if (isAbsent(seconds)) return undefined
  if (!(typeof seconds === 'number' && seconds >= 1 && seconds < Infinity)) {
    throw misuse(
      caller,
      '`expiresInSeconds` must be a number, and at least 1; left out or null where tokens are to last.',
    )
  }
  if (seconds > longestSeconds) {
    throw misuse(
      caller,
      '`expiresInSeconds` is over 31 days: if it is in milliseconds, divide it by 1000; if it is meant, use createUserToken with `expiresAt`.',
    )
  }
  return seconds
}

/**
 * How far clocks may differ, in seconds; 0 where it was left out.
 * @throws TypeError if it is no number, negative, or likely to be in milliseconds
 */
export function readTolerance(seconds: unknown, caller: Caller): number {
  if (isAbsent(seconds)) return 0
  if (typeof seconds === 'number' && seconds >= 0 && seconds < 86_400) return seconds
  throw misuse(
    caller,
    '`clockToleranceSeconds` must be seconds: a number, at least 0 and less than a day.',
  )
}

/**
 * A time limit in milliseconds; `Infinity` is none.
 * @throws TypeError if it is no number, or not above 0
 */
export function readTimeout(ms: unknown, option: string): number {
  if (typeof ms === 'number' && ms > 0) return ms
  throw misuse(
    'createTokenHandler',
    `\`${option}\` must be milliseconds: a number above 0, or Infinity for no limit.`,
  )
}

/** Whether it is a Date, of this realm or of another. */
function isInstant(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}
