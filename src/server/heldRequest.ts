/** No token request needs more than this, in bytes of its body. */
const longestBody = 65_536

/** A request that may be read again and again: by every hook of the app, and for the ids in it. */
export interface HeldRequest {
  /** The same request with its body unread. */
  fresh(): Request
  /** Its body as text; null if that is larger than 64 KB. */
  readonly text: string | null
}

/**
 * Reads a request's body, so that each reader can have it whole. A body that is too large is read no
 * further, and is an error to whoever reads it.
 * @throws whatever the body's stream fails with, such as a client that is gone
 */
export async function holdRequest(request: Request): Promise<HeldRequest> {
  if (request.bodyUsed) {
    throw new TypeError(
      'createTokenHandler: the body of the request was read before: give the handler request.clone().',
    )
  }
  if (!request.body) return { fresh: () => request, text: '' }
  const bytes = await readBytes(request.body)
  if (bytes) {
    return {
      fresh: () => withBody(request, bytes),
      text: new TextDecoder().decode(bytes),
    }
  }
  return { fresh: () => withBody(request, failingBody()), text: null }
}

/** null once there are too many; the rest is then not read. */
async function readBytes(
  body: ReadableStream<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = body.getReader()
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

/** Made by the request's own class, for what frameworks add to theirs, such as Next's `cookies`. */
function withBody(request: Request, body: BodyInit): Request {
  const init = { body, duplex: 'half' }
  const OwnRequest = request.constructor as typeof Request
  try {
    return new OwnRequest(request, init)
  } catch {
    // A class of a framework's own may be made in another way.
    const { url, method, headers, signal } = request
    return new Request(url, { method, headers, signal, ...init })
  }
}
