/** As much of a request of Node's http as is read; Express's is one too. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket?: object | undefined
  /** What a body parser left behind, if one ran. */
  readonly body?: unknown
  readonly readableEnded?: boolean | undefined
  readonly destroyed?: boolean | undefined
  on(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
  pause(): unknown
  resume(): unknown
}

/** As much of Fastify's request as is read. */
export interface WrappedNodeRequest {
  readonly raw: NodeRequest
  readonly body?: unknown
}

/** What Node's http, Express or Fastify call their handlers with. */
export type IncomingRequest = NodeRequest | WrappedNodeRequest
