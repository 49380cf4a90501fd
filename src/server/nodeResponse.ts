/** As much of a response of Node's http as is written; Express's is one too. */
export interface NodeResponse {
  statusCode: number
  readonly writableEnded: boolean
  /** Whether the connection outlives the answer. */
  readonly shouldKeepAlive?: boolean | undefined
  setHeader(name: string, value: string | string[]): unknown
  end(): unknown
  end(body: Uint8Array): unknown
  on(event: 'close', listener: () => void): unknown
}

/** As much of Fastify's reply as is written. Through it, so that the app's hooks see the answer. */
export interface WrappedNodeResponse {
  readonly raw: NodeResponse
  code(status: number): unknown
  header(name: string, value: string | string[]): unknown
  send(body?: Uint8Array): unknown
}

/** What Node's http, Express or Fastify want the answer written to. */
export type OutgoingResponse = NodeResponse | WrappedNodeResponse

/** Writes a Web `Response`, once its body is there; `beforeHead` is waited for in between. */
export async function writeResponse(
  response: Response,
  outgoing: OutgoingResponse,
  beforeHead: () => Promise<void> | undefined = () => undefined,
): Promise<void> {
  const body = response.body ? new Uint8Array(await response.arrayBuffer()) : undefined
  await beforeHead()
  const headers = new Map<string, string | string[]>(response.headers)
  // Cookies must not be joined by commas as other headers are.
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers.set('set-cookie', cookies)
  if ('raw' in outgoing) {
    outgoing.code(response.status)
    headers.forEach((value, name) => outgoing.header(name, value))
    outgoing.send(body)
  } else {
    outgoing.statusCode = response.status
    headers.forEach((value, name) => outgoing.setHeader(name, value))
    if (body) outgoing.end(body)
    else outgoing.end()
  }
}
