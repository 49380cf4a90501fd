import type { NodeRequest } from './incomingRequest.js'

/** Body of a Node http request. */
export interface NodeBody {
  /** Stream that touches the request only when read, and buffers one chunk at a time. */
  readonly stream: ReadableStream<Uint8Array>
  /**
   * Lets Node discard the unread rest. An unread rest would block the next request on the connection,
   * such as one from a proxy. Resolves once it is discarded, or after 1 s.
   */
  release(): Promise<void>
}

/** Wraps the body of a Node http request in a web stream. */
export function nodeBody(raw: NodeRequest): NodeBody {
  /** Removes the listeners of the current pull; set by each pull. */
  let stopListening = () => {}

  function release(): Promise<void> {
    stopListening()
    return discard(raw)
  }

  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) =>
    new Promise<void>((resolve) => {
      const settle = (act: () => void) => {
        stopListening()
        act()
        resolve()
      }
      const end = () => settle(() => controller.close())
      const breakOff = () =>
        settle(() => controller.error(new TypeError('The client broke off in its body.')))
      const take = (chunk: Uint8Array) => {
        // Paused before the next chunk arrives, so that no more than one is buffered.
        raw.pause()
        settle(() => controller.enqueue(chunk))
      }
      stopListening = listenTo(raw, {
        data: take as () => void,
        end,
        error: breakOff,
        close: breakOff,
      })
      if (raw.readableEnded) end()
      else if (raw.destroyed) breakOff()
      else raw.resume()
    })

  // A high-water mark of 0 reads nothing ahead.
  const stream = new ReadableStream({ pull, cancel: release }, { highWaterMark: 0 })
  return { stream, release }
}

/** Milliseconds to wait for the rest of a body; a slower client gets its answer while it still sends. */
const longestDiscardMs = 1000

async function discard(raw: NodeRequest): Promise<void> {
  if (raw.readableEnded || raw.destroyed) return
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      stopListening()
      resolve()
    }
    const timer = setTimeout(finish, longestDiscardMs)
    const stopListening = listenTo(raw, { end: finish, error: finish, close: finish })
    raw.resume()
  })
}

function listenTo(raw: NodeRequest, listeners: Record<string, () => void>): () => void {
  const entries = Object.entries(listeners)
  for (const [event, listener] of entries) raw.on(event, listener)
  return () => {
    for (const [event, listener] of entries) raw.off(event, listener)
  }
}
