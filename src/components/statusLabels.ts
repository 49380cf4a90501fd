import type { ChatUser } from '../core/types.js'
import type { SessionSlice } from '../react/selectSession.js'

/** All texts of `ConnectionStatus`; `who` is the result of `user`, `guest` or `anonymous`. */
export interface ConnectionStatusLabels {
  user: (name: string) => string
  guest: (name: string) => string
  anonymous: string
  disconnected: string
  connecting: (who: string) => string
  connected: (who: string) => string
  reconnecting: (who: string) => string
  paused: (who: string) => string
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
  paused: (who) => `Paused as ${who}`,
  disconnecting: (who) => `Logging out ${who}…`,
  failed: (who) => `Could not connect as ${who}`,
  tokenRefreshing: 'Getting a new token…',
  tokenExpires: (time) => `Token valid until ${time}`,
  tokenNeverExpires: 'Token never expires',
}

/** Returns a user's display name: the name, or the id if there is none. */
export function nameOf(user: ChatUser): string {
  return user.name || user.id
}

/** Builds the status line: the user and the connection status. */
export function statusText(session: SessionSlice, labels: ConnectionStatusLabels): string {
  const { status, identity, user } = session
  if (status === 'disconnected' || identity === null) return labels.disconnected
  if (identity.type === 'anonymous') return labels[status](labels.anonymous)
  // The backend's user wins: its guest ids and its names may differ from the app's.
  return labels[status](labels[identity.type](nameOf(user ?? identity.user)))
}
