/** Function that was misused; its name begins the message. */
type Caller = 'createUserToken' | 'verifyUserToken' | 'createTokenHandler' | 'createChatBackend'

/** Bound between units: epoch seconds stay below it until 5138; epoch milliseconds passed it in 1973. */
export const firstImplausibleSecond = 1e11

/** Maximum characters of a token. Servers limit URLs and headers not far above; clients refuse more. */
export const maxTokenLength = 8192

/** Maximum lifetime in seconds (31 days). An hour given in milliseconds would be 41 days. */
const longestSeconds = 31 * 86_400

/** Creates the error for an invalid option, or an invalid result of an app's hook. */
export function misuse(caller: Caller, fault: string): TypeError {
  return new TypeError(`${caller}: ${fault}`)
}

/** Maps `null` to undefined, because JSON and databases use `null` for a missing option. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

/** @throws TypeError unless the value is an object with named members */
export function checkObject(value: unknown, name: string, caller: Caller): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || isInstant(value)) throw misuse(caller, `${name} must be an object.`)
}

/** @throws TypeError unless the value is a function or undefined */
export function checkFunction(value: unknown, option: string, caller: Caller): void {
  if (isAbsent(value) || typeof value === 'function') return
  throw misuse(caller, `\`${option}\` must be a function.`)
}

/** @throws TypeError unless the value is a non-empty string */
export function checkText(value: unknown, option: string, caller: Caller): void {
  if (typeof value === 'string' && value !== '') return
  throw misuse(caller, `\`${option}\` must be a non-empty string.`)
}

/**
 * Reads an instant; undefined if left out.
 * @throws TypeError unless the value is a valid Date
 */
export function readInstant(value: unknown, option: string, caller: Caller): Date | undefined {
  if (isAbsent(value)) return undefined
  if (isInstant(value) && !Number.isNaN(value.getTime())) return value
  throw misuse(caller, `\`${option}\` must be a valid Date.`)
}

/**
 * Reads a token's lifetime in seconds; undefined for a token that never expires.
 * @throws TypeError if the value is invalid, or likely in milliseconds
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
 * Reads the tolerance for clock differences in seconds; 0 if left out.
 * @throws TypeError if the value is no number, negative, or likely in milliseconds
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
 * Reads a time limit in milliseconds; `Infinity` sets no limit.
 * @throws TypeError unless the value is a number above 0
 */
export function readTimeout(ms: unknown, option: string): number {
  if (typeof ms === 'number' && ms > 0) return ms
  throw misuse(
    'createTokenHandler',
    `\`${option}\` must be milliseconds: a number above 0, or Infinity for no limit.`,
  )
}

/** Whether the value is a Date of any realm. */
function isInstant(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}
