import { readCount, readDuration } from '../../core/tools/duration.js'

/** Options that bound what a connector waits for and keeps. */
export interface LimitOptions {
  connectTimeoutMs?: number | undefined
  requestTimeoutMs?: number | undefined
  maxBufferedBodyBytes?: number | undefined
}

/**
 * Checks the limits of a connector, and fills in the defaults.
 * @throws TypeError that names the option at fault
 */
export function readLimits(options: LimitOptions): Readonly<Record<keyof LimitOptions, number>> {
  const { connectTimeoutMs, requestTimeoutMs, maxBufferedBodyBytes } = options
  return {
    connectTimeoutMs: readDuration('connectTimeoutMs', connectTimeoutMs, 10_000),
    requestTimeoutMs: readDuration('requestTimeoutMs', requestTimeoutMs, 60_000),
    maxBufferedBodyBytes: readCount('maxBufferedBodyBytes', maxBufferedBodyBytes, 1_048_576, 0),
  }
}
