/** Maximum bytes of a request's body (64 KB), far above any token request. */
const longestBody = 65_536

/** Request whose body can be read repeatedly: by each hook of the app and for its user ids. */
export interface HeldRequest {
  /** Returns a copy of the request with its body unread and the signal of `holdRequest`. */
  fresh(): Request
  /** Returns the body as text; null if it is larger than 64 KB. */
  readonly text: string | null
}

/**
 * Buffers a request's body, so that every reader gets all of it. Reading stops at 64 KB; a copy's body
 * then fails with an error.
 * @param signal aborts the reading, and becomes the signal of every copy
 * @throws the error of the body's stream, for example when the client disconnects
 */
export async function holdRequest(request: Request, signal: AbortSignal): Promise<HeldRequest> {
  const { body } = request
  if (!body) return { fresh: () => copyOf(request, { signal }), text: '' }
  const bytes = await readBytes(body, signal)
  return {
    fresh: () => copyOf(request, { signal, body: bytes ?? failingBody(), duplex: 'half' }),
    text: bytes && new TextDecoder().decode(bytes),
  }
}

/** Whether other code has read or locked the body. */
export function isTaken({ body, bodyUsed }: Request): boolean {
  return bodyUsed || body?.locked === true
}

/** Reads the bytes; null above the limit, with the rest left unread. */
async function readBytes(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = body.getReader()
  // Cancelled on abort, because a client could otherwise keep an endless body open.
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > longestBody) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

function failingBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.error(new TypeError('The body is larger than 64 KB.'))
    },
  })
}

/**
 * Copies a request with its own class and its added properties. Frameworks use both: Next subclasses
 * `Request` with `cookies`, Auth.js adds `auth`.
 */
function copyOf(request: Request, init: RequestInit & { duplex?: 'half' }): Request {
  const copy = construct(request, init)
  for (const [name, value] of Object.entries(request)) {
    if (!(name in copy)) Object.defineProperty(copy, name, { value })
  }
  return copy
}

function construct(request: Request, init: RequestInit): Request {
  const OwnRequest = request.constructor as typeof Request
  try {
    return new OwnRequest(request, init)
  } catch {
    // A framework's class may have another constructor.
    const { url, method, headers } = request
    return new Request(url, { method, headers, ...init })
  }
}
