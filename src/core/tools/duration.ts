/**
 * Checks an option that says how long something may take, in milliseconds. `Infinity` is no limit.
 * @param name as the app writes it: `holdTimeoutMs`, `retry.maxDelayMs`
 * @throws TypeError that names the option
 */
export function readDuration<Fallback extends number | undefined>(
  name: string,
  value: unknown,
  fallback: Fallback,
): number | Fallback {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value > 0) return value
  throw new TypeError(
    `\`${name}\` must be a number of milliseconds above 0; Infinity stands for no limit.`,
  )
}

/** The longest span of a `Date`: what is planned for later than that has no instant to show. */
const longestIntervalMs = 8.64e15

/**
 * Checks an option that says how long to wait before something is done, in milliseconds. It comes to
 * an end, unlike a limit.
 * @throws TypeError that names the option
 */
export function readInterval(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value > 0 && value < longestIntervalMs) return value
  throw new TypeError(`\`${name}\` must be a finite number of milliseconds above 0.`)
}

/**
 * Checks an option that says how many there may be. `Infinity` is no limit.
 * @throws TypeError that names the option
 */
export function readCount(name: string, value: unknown, fallback: number, least = 1): number {
  if (value === undefined) return fallback
  const isCount = Number.isInteger(value) || value === Infinity
  if (isCount && (value as number) >= least) return value as number
  throw new TypeError(
    `\`${name}\` must be a whole number, and at least ${least}; Infinity stands for no limit.`,
  )
}
