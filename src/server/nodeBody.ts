import type { NodeRequest } from './incomingRequest.js'

/** The body of a request of Node's http. */
export interface NodeBody {
  /** Touches the request only when it is read, and then holds one piece of it at a time. */
  readonly stream: ReadableStream<Uint8Array>
  /**
   * Gives what was not read back to Node, which discards it. Left half read, it would stay on the
   * connection, before the next request of whoever uses that, such as a proxy. Resolves once it has
   * been discarded, or was more than should be waited for.
   */
  release(): Promise<void>
}

/** Reads the body of a request of Node's http as a stream of the Web. */
export function nodeBody(raw: NodeRequest): NodeBody {
  /** Set by each pull, called by whatever ends it. */
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
        // Before the next chunk can come: no more is held than was asked for.
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

  // Nothing is read ahead.
  const stream = new ReadableStream({ pull, cancel: release }, { highWaterMark: 0 })
  return { stream, release }
}

/** A client that is slower than this, in milliseconds, gets its answer while it still sends. */
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
