import { isBlobLike, type BlobLike, type FormLike } from './bodyKinds.js'

export interface EncodedForm {
  readonly parts: readonly (string | BlobLike)[]
  readonly contentType: string
}

/**
 * Encodes a form's current entries as `multipart/form-data`. The platform's own encoding would include
 * later changes, and does not support forms of another realm.
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
export function encodeForm(form: FormLike): EncodedForm {
  // Lower case, because a Blob lower-cases its type and the boundary with it.
  const random = () => Math.random().toString(36).slice(2)
  const boundary = `----chat-auth-${random()}${random()}`
  const parts: (string | BlobLike)[] = []
  for (const [name, value] of form) {
    const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(withCrLf(name))}"`
    if (!isBlobLike(value)) {
      parts.push(`${disposition}\r\n\r\n${withCrLf(String(value))}\r\n`)
      continue
    }
    const type = value.type || 'application/octet-stream'
    const filename = escape(value.name ?? 'blob')
    parts.push(`${disposition}; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n`)
    parts.push(value, '\r\n')
  }
  parts.push(`--${boundary}--\r\n`)
  return { parts, contentType: `multipart/form-data; boundary=${boundary}` }
}

function withCrLf(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n')
}

function escape(text: string): string {
  return text.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}
