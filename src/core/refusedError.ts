import { attempt } from './tools/reading.js'
import type { Refusal, RefusalCode } from './connector.js'

const codes: readonly unknown[] = [5, 40, 41, 42, 43] satisfies RefusalCode[]

/** Whether a number is one of the protocol's codes for a refused token. */
export function isRefusalCode(code: unknown): code is RefusalCode {
  return codes.includes(code)
}

/**
 * The refusal that a `RefusedError` tells of; null for everything else. Told by its name and form: a
 * connector of a second copy of the package throws those of another class.
 */
export function refusalOf(error: unknown): Refusal | null {
  const read = () => {
    const { name, refusal } = error as { name?: unknown; refusal?: Partial<Refusal> }
    const { code, message } = refusal ?? {}
    if (name !== 'RefusedError' || !isRefusalCode(code) || typeof message !== 'string') return null
    return { code, message }
  }
  return attempt(read, null)
}
