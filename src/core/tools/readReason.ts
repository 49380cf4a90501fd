import { isObject } from './reading.js'
import { shortened } from './words.js'

/** Reason of a refusal, as the endpoint states it. */
export interface Reason {
  /** Machine-readable code, such as `other-user`; null if there is none. */
  readonly code: string | null
  /** Human-readable text; empty if there is none. */
  readonly words: string
}

/** Fields in which APIs put the human-readable text, the most detailed first. */
const wordFields = ['message', 'detail', 'error_description', 'title', 'reason', 'msg']

/** Deepest nesting that is read, as in `{ errors: [{ error: { message } }] }`. */
const maxDepth = 3

/**
 * Reads the reason in an answer's body: `{ error, message }`, `{ error: { code, message } }`,
 * `{ errors: […] }`, a problem's `title` and `detail`, or plain text. Null if there is none.
 * @see https://www.rfc-editor.org/rfc/rfc9457 for problem details
 */
export function readReason(body: unknown, depth = 0): Reason | null {
  if (typeof body === 'string') return toReason(null, body)
  if (!isObject(body) || depth === maxDepth) return null
  const fields = body as Record<string, unknown>
  const { error, errors, code, title, detail } = fields
  const inner = readReason(Array.isArray(errors) ? errors[0] : error, depth + 1)
  // `error` is a code in some APIs and a sentence in others.
  const isCode = typeof error === 'string' && !/\s/.test(error)
  const ownCode = isCode ? error : typeof code === 'string' ? code : null
  const isProblem = typeof title === 'string' && typeof detail === 'string'
  const said = isProblem ? [`${title.replace(/\.$/, '')}: ${detail}`] : []
  for (const field of wordFields) {
    const words = fields[field]
    if (typeof words === 'string' && words.trim() !== '') said.push(words)
  }
  const innerWords = isCode ? '' : (inner?.words ?? '')
  return toReason(ownCode ?? inner?.code ?? null, said[0] ?? innerWords)
}

function toReason(code: string | null, words: string): Reason | null {
  const reason = { code: code && shortened(code), words: shortened(words) }
  return reason.code || reason.words ? reason : null
}
