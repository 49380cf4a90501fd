import type { UserDetails } from '../connector.js'
import type { ChatIdentity, TokenProvider } from '../types.js'

/** Identity to connect, and the source of its token. */
export interface SessionIntent {
  readonly identity: ChatIdentity
  /** null if none is needed (anonymous), or if the backend issues it (a guest not yet created). */
  readonly tokens: string | TokenProvider | null
  /** The user's stay in this browser that it belongs to. Default: the one current at the session's start. */
  readonly stay?: string
  /** Whether the app wants it without a socket, until `resume`. */
  readonly paused?: boolean
  /** The user's details that the backend has not been given. Default: all that the app declared. */
  readonly owed?: UserDetails
}

/** The intent alone, of whatever else `options` has. */
export function intentOf({ identity, tokens, stay, paused, owed }: SessionIntent): SessionIntent {
  return {
    identity,
    tokens,
    ...(stay !== undefined && { stay }),
    ...(paused && { paused }),
    ...(owed && { owed }),
  }
}
