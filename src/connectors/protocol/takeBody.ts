import {
  can,
  copyBytes,
  copyNativeForm,
  isAsyncIterable,
  isBlobLike,
  isFormLike,
  isNativeForm,
  isNodeStream,
  isSearchParams,
  isWebStream,
  type BlobLike,
} from './bodyKinds.js'
import { encodeForm } from './encodeForm.js'

/** Snapshot of a request body at the time of the call. */
export interface TakenBody {
  /** Replayable data such as text, bytes or a Blob, or a stream for `replayableBody` to read. */
  readonly body: unknown
  /** The body's content type where the platform can no longer derive it from `body`; null elsewhere. */
  readonly contentType: string | null
}

/**
 * Copies a body that the caller could still change; leaves streams unread.
 * @returns null if `body` is no known kind of body
 */
export function takeBody(body: unknown): TakenBody | null {
  if (body === null || body === undefined) return { body: null, contentType: null }
  if (isNodeStream(body)) {
    return { body, contentType: body.getHeaders?.()['content-type'] ?? null }
  }
  if (isWebStream(body) || isAsyncIterable(body)) return { body, contentType: null }
  if (isBlobLike(body)) return takeParts([body], body.type || null)
  if (isSearchParams(body)) {
    const contentType = 'application/x-www-form-urlencoded;charset=UTF-8'
    return { body: String(body), contentType }
  }
  if (isFormLike(body)) {
    const { parts, contentType } = encodeForm(body)
    return takeParts(parts, contentType)
  }
  if (isNativeForm(body)) return { body: copyNativeForm(body), contentType: null }
  const kept = typeof body === 'string' ? body : copyBytes(body)
  return kept === null ? null : { body: kept, contentType: null }
}

/** Joins parts to one Blob. Blobs of another realm are streamed: `fetch` would send "[object Blob]". */
function takeParts(parts: readonly (string | BlobLike)[], contentType: string | null): TakenBody {
  const areForeign = parts.some((part) => can(part, 'arrayBuffer') && !isPlatformBlob(part))
  if (areForeign) return { body: chunksOf(parts), contentType }
  const [only] = parts
  const body = parts.length === 1 ? only : new Blob(parts as BlobPart[])
  return { body, contentType }
}

function isPlatformBlob(part: unknown): boolean {
  return typeof Blob === 'function' && part instanceof Blob
}

async function* chunksOf(parts: readonly (string | BlobLike)[]): AsyncGenerator<unknown> {
  for (const part of parts) yield typeof part === 'string' ? part : await part.arrayBuffer()
}
