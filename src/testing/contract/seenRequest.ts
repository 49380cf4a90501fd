/** A request to the API as it came over the wire. */
export interface SeenRequest {
  readonly method: string
  /** Path and query as the app asked for them, without what the connector adds. */
  readonly path: string
  /** Whom it says that it is from, in whatever way. */
  readonly userId: string | null
  /** Empty of the anonymous; null if it carries none. */
  readonly token: string | null
  readonly requestId: string | null
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}
