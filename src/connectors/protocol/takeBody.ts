import {
  can,
  copyBytes,
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

/** A body as it was when it was asked for. */
export interface TakenBody {
  /** What can be sent twice, such as text, bytes or a Blob, or read once: `replayableBody` reads that. */
  readonly body: unknown
  /** What the platform would say of it, where it could not know any more. */
  readonly contentType: string | null
}

/**
 * Copies what the caller could still change, and leaves what can be read once unread.
 * @returns null for what is no kind of body
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
  const isReplayable = typeof body === 'string' || isNativeForm(body)
  const kept = isReplayable ? body : copyBytes(body)
  return kept === null ? null : { body: kept, contentType: null }
}

/** The platform knows its own Blobs; another realm's it would send as the words "[object Blob]". */
function takeParts(parts: readonly (string | BlobLike)[], contentType: string | null): TakenBody {
  const areForeign = parts.some((part) => can(part, 'arrayBuffer') && !(part instanceof Blob))
  if (areForeign) return { body: chunksOf(parts), contentType }
  const [only] = parts
  const body = parts.length === 1 ? only : new Blob(parts as BlobPart[])
  return { body, contentType }
}

async function* chunksOf(parts: readonly (string | BlobLike)[]): AsyncGenerator<unknown> {
  for (const part of parts) yield typeof part === 'string' ? part : await part.arrayBuffer()
}
