import type { ChatIdentity, TokenProvider } from '../types.js'

/** Who is to be connected, and where their token comes from. */
export interface SessionIntent {
  readonly identity: ChatIdentity
  /** null: none is needed (anonymous), or the backend will give one (a guest yet to be made). */
  readonly tokens: string | TokenProvider | null
  /** The user's stay in this browser that it belongs to; left out: the one when the session begins. */
  readonly stay?: string
}
