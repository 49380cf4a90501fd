import { attempt } from './tools/reading.js'
import type { Refusal, RefusalCode } from './connector.js'

const codes: readonly unknown[] = [5, 40, 41, 42, 43] satisfies RefusalCode[]

/** Whether `code` is one of the protocol's codes for a refused token. */
export function isRefusalCode(code: unknown): code is RefusalCode {
  return codes.includes(code)
}

/**
 * Returns the refusal in a `RefusedError`; null for any other value. Checks name and fields, because a
 * connector of another copy of the package throws another class.
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
