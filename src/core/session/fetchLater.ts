import type { Connection, Connector } from '../connector.js'
import { abortReason, onAbort } from '../tools/onAbort.js'

export interface FetchLaterOptions {
  readonly connector: Pick<Connector, 'takeRequest'>
  /** Rejects when the session ends before it has a connection. */
  readonly assembled: Promise<{ readonly connection: Pick<Connection, 'fetch'> }>
  readonly input: string | URL
  readonly init: RequestInit | undefined
}

/** Sends a request once there is a connection. Copies it first, because the caller may change it. */
export function fetchLater(options: FetchLaterOptions): Promise<Response> {
  const { connector, assembled, input, init } = options
  return new Promise((resolve, reject) => {
    const taken = connector.takeRequest?.(input, init) ?? { input, init }
    const signal = taken.init?.signal
    if (signal?.aborted) return reject(abortReason(signal))
    const stopFollowing = onAbort(signal, () => reject(abortReason(signal)))
    assembled
      .then(({ connection }) => connection.fetch(taken.input, taken.init))
      .then(resolve, reject)
      .finally(stopFollowing)
  })
}
