/** The part of a Node http response that is written; Express responses have it too. */
export interface NodeResponse {
  statusCode: number
  readonly writableEnded: boolean
  /** Whether the connection stays open after the answer. */
  readonly shouldKeepAlive?: boolean | undefined
  setHeader(name: string, value: string | string[]): unknown
  end(): unknown
  end(body: Uint8Array): unknown
  on(event: 'close', listener: () => void): unknown
}

/** The part of a Fastify reply that is written. Using the reply lets the app's hooks see the answer. */
export interface WrappedNodeResponse {
  readonly raw: NodeResponse
  code(status: number): unknown
  header(name: string, value: string | string[]): unknown
  send(body?: Uint8Array): unknown
}

/** Response object of Node's http, Express or Fastify. */
export type OutgoingResponse = NodeResponse | WrappedNodeResponse

/** Writes a web `Response`: reads its body, awaits `beforeHead`, then sends head and body. */
export async function writeResponse(
  response: Response,
  outgoing: OutgoingResponse,
  beforeHead: () => Promise<void> | undefined = () => undefined,
): Promise<void> {
  const body = response.body ? new Uint8Array(await response.arrayBuffer()) : undefined
  await beforeHead()
  const headers = new Map<string, string | string[]>(response.headers)
  // Cookies, unlike other headers, must not be joined by commas.
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
