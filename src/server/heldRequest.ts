/** No token request needs more than this, in bytes of its body. */
const longestBody = 65_536

/** A request that may be read again and again: by every hook of the app, and for the ids in it. */
export interface HeldRequest {
  /** The same request with its body unread, and the signal that it was held with. */
  fresh(): Request
  /** Its body as text; null if that is larger than 64 KB. */
  readonly text: string | null
}

/**
 * Reads a request's body, so that each reader can have it whole. A body that is too large is read no
 * further, and is an error to whoever reads it.
 * @param signal ends the reading, and is that of every copy
 * @throws whatever the body's stream fails with, such as a client that is gone
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

/** Whether somebody else has read the body, or is about to. */
export function isTaken({ body, bodyUsed }: Request): boolean {
  return bodyUsed || body?.locked === true
}

/** null once there are too many; the rest is then not read. */
async function readBytes(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = body.getReader()
  // A body that never ends would be held open for as long as its client likes.
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
 * Made by the request's own class, and with what was added to the request, for frameworks do both: Next
 * has `cookies`, Auth.js adds `auth`.
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
    // A class of a framework's own may be made in another way.
    const { url, method, headers } = request
    return new Request(url, { method, headers, ...init })
  }
}
