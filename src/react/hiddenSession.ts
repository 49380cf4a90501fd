import type { ChatAuth } from '../core/chatAuth.js'
import type { ChatIdentity, ChatUserInput, TokenProvider } from '../core/types.js'

/** Session to connect again, ended because its provider was hidden. */
export interface HiddenSession {
  /** Identity at the end; null after a log-out. */
  readonly identity: ChatIdentity | null
  /** The guest as the app asked for them: the backend has given the guest another id. */
  readonly guest: ChatUserInput | null
  /** Token or provider that the app gave for this user; undefined for the provider's own. */
  readonly tokens: string | TokenProvider | undefined
  /** A log-out elsewhere ended it, so that a declared user is to be asked for anew. */
  readonly isEndedElsewhere: boolean
}

const hiddenSessions = new WeakMap<ChatAuth, HiddenSession>()

/** Notes which session `auth`, the handle of a provider that is shown again, is to connect again. */
export function noteHidden(auth: ChatAuth, hidden: HiddenSession | undefined): void {
  if (hidden) hiddenSessions.set(auth, hidden)
}

/**
 * Connects again, once, who was connected when the provider of `auth` was hidden. Returns false if the
 * app's declaration decides.
 * @param declaredId id of the declared user, if one is
 */
export function showAgain(auth: ChatAuth, declaredId: string | null | undefined): boolean {
  const hidden = hiddenSessions.get(auth)
  hiddenSessions.delete(auth)
  if (!hidden || hidden.isEndedElsewhere) return false
  // A failure is `status: 'failed'`.
  connectAgain(auth, hidden, declaredId)?.catch(() => {})
  return true
}

function connectAgain(
  auth: ChatAuth,
  { identity, guest, tokens }: HiddenSession,
  declaredId: string | null | undefined,
): Promise<unknown> | null {
  if (identity?.type === 'anonymous') return auth.connectAnonymousUser()
  if (identity?.type === 'guest') return auth.setGuestUser(guest ?? identity.user)
  if (!identity) return null
  const declared = identity.user.id === declaredId
  return auth.connectUser(identity.user, tokens, { declared })
}
