/**
 * Checks a time limit in milliseconds. `Infinity` means no limit.
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

/** Largest time value of a `Date`, in milliseconds: a later instant could not be shown. */
const longestIntervalMs = 8.64e15

/**
 * Checks a wait in milliseconds. Unlike a limit, it must be finite.
 * @throws TypeError that names the option
 */
export function readInterval(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value > 0 && value < longestIntervalMs) return value
  throw new TypeError(`\`${name}\` must be a finite number of milliseconds above 0.`)
}

/**
 * Checks a count. `Infinity` means no limit.
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
