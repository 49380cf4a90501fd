/** Who is asking, proven. */
export interface Caller {
  readonly kind: 'user' | 'guest' | 'anonymous' | 'server'
  /** Empty for the app's server. */
  readonly userId: string
  /** Epoch milliseconds at which the token expires; `Infinity` for never. */
  readonly expiresAtMs: number
}
