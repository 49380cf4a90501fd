import { attempt, isObject } from './reading.js'
import type { Refusal, RefusalCode } from './types.js'

const codes: Readonly<Record<RefusalCode, true>> = {
  5: true,
  40: true,
  41: true,
  42: true,
  43: true,
}

/** Whether a number is one of the protocol's codes for a refused token. */
export function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === 'number' && Object.hasOwn(codes, code)
}

/**
 * The refusal that a `RefusedError` tells of; null for everything else. Told by its name and form: a
 * connector of a second copy of the package throws those of another class.
 */
export function refusalOf(error: unknown): Refusal | null {
  if (!isObject(error)) return null
  const read = () => {
    const { name, refusal } = error as { name?: unknown; refusal?: Partial<Refusal> }
    const { code, message } = refusal ?? {}
    if (name !== 'RefusedError' || !isRefusalCode(code) || typeof message !== 'string') return null
    return { code, message }
  }
  return attempt(read, null)
}
