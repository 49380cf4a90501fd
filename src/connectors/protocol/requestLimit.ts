import { setLongTimer } from '../../core/tools/deadline.js'
import type { Environment } from '../../core/environment.js'

/** Bytes that even a slow line carries in a millisecond: an upload of 1 MiB has a minute more. */
const bytesPerMs = 16

/** Milliseconds that the headers of an answer may take: the limit, and the time that the body needs. */
export function requestLimitMs(limitMs: number, body: unknown): number {
  return limitMs + sizeOf(body) / bytesPerMs
}

function sizeOf(body: unknown): number {
  if (typeof body === 'string') return body.length
  const { size, byteLength } = (body ?? {}) as { size?: unknown; byteLength?: unknown }
  // `URLSearchParams` have a size as well, which is the number of their entries: they are small.
  return [byteLength, size].find((bytes) => typeof bytes === 'number') ?? 0
}

/** Settles as `promise` does, or rejects after `limitMs` with the error that `onLimit` returns. */
export function withLimit<T>(
  environment: Environment,
  limitMs: number,
  promise: Promise<T>,
  onLimit: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = setLongTimer(environment, () => reject(onLimit()), limitMs)
    promise.then(resolve, reject).finally(cancel)
  })
}
