import type { ChatUser } from '../core/types.js'
import type { SessionSlice } from '../react/selectSession.js'

/** Every text of `ConnectionStatus`; `who` is what `user`, `guest` or `anonymous` made of the identity. */
export interface ConnectionStatusLabels {
  user: (name: string) => string
  guest: (name: string) => string
  anonymous: string
  disconnected: string
  connecting: (who: string) => string
  connected: (who: string) => string
  reconnecting: (who: string) => string
  disconnecting: (who: string) => string
  failed: (who: string) => string
  tokenRefreshing: string
  tokenExpires: (time: string, expiresAt: Date) => string
  tokenNeverExpires: string
}

export const defaultStatusLabels: ConnectionStatusLabels = {
  user: (name) => name,
  guest: (name) => `${name} (guest)`,
  anonymous: 'an anonymous reader',
  disconnected: 'Nobody is connected',
  connecting: (who) => `Connecting as ${who}…`,
  connected: (who) => `Connected as ${who}`,
  reconnecting: (who) => `Reconnecting as ${who}…`,
  disconnecting: (who) => `Logging out ${who}…`,
  failed: (who) => `Could not connect as ${who}`,
  tokenRefreshing: 'Getting a new token…',
  tokenExpires: (time) => `Token valid until ${time}`,
  tokenNeverExpires: 'Token never expires',
}

/** How a user is called: by their name, or where they have none, by their id. */
export function nameOf(user: ChatUser): string {
  return user.name || user.id
}

/** Who is connected and how, in one line. */
export function statusText(session: SessionSlice, labels: ConnectionStatusLabels): string {
  const { status, identity, user } = session
  if (status === 'disconnected' || identity === null) return labels.disconnected
  if (identity.type === 'anonymous') return labels[status](labels.anonymous)
  // The backend's word counts: it may have given a guest another id, or know a user by another name.
  return labels[status](labels[identity.type](nameOf(user ?? identity.user)))
}
