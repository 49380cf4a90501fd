/** The part of a Node http request that is read; Express requests have it too. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket?: object | undefined
  /** Body as parsed by a body parser, if one ran. */
  readonly body?: unknown
  readonly readableEnded?: boolean | undefined
  readonly destroyed?: boolean | undefined
  on(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
  pause(): unknown
  resume(): unknown
}

/** The part of a Fastify request that is read. */
export interface WrappedNodeRequest {
  readonly raw: NodeRequest
  readonly body?: unknown
}

/** Request that Node's http, Express or Fastify passes to a handler. */
export type IncomingRequest = NodeRequest | WrappedNodeRequest
