import type { ChatIdentity, TokenProvider } from './types.js'

/** Who is to be connected, and where their token comes from. */
export interface SessionIntent {
  readonly identity: ChatIdentity
  /** null: none is needed (anonymous), or the backend will give one (a guest yet to be made). */
  readonly tokens: string | TokenProvider | null
  /** The departures of this user that it was meant in spite of; left out, all until it begins. */
  readonly departures?: number
}
