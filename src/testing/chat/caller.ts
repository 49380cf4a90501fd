/** Proven sender of a request or a socket. */
export interface Caller {
  readonly kind: 'user' | 'guest' | 'anonymous' | 'server'
  /** Id of the user; empty for the app's server. */
  readonly userId: string
  /** Expiry of the token in epoch milliseconds; `Infinity` if it never expires. */
  readonly expiresAtMs: number
}
