import type { ChatAuthState } from '../core/state.js'
import { presenceOf, type ChatPresence } from '../react/presence.js'
import { presenceLooks, type Looks } from './presenceLooks.js'

/** What `ConnectionStatus` can say. */
export type LineKind = ChatPresence | 'renewing'

export interface Line {
  readonly kind: LineKind
  /** When the connection is tried again by itself; null if that is not waited for. */
  readonly nextAttemptAt: Date | null
  /** When the token of a connection that works expires; null if it never does. */
  readonly expiresAt: Date | null
}

/** Looks of each kind: those of its presence, but for a sentence, or a shape that asks to act. */
export const lineLooks: Record<LineKind, Looks> = {
  ...presenceLooks,
  offline: { ...presenceLooks.offline, word: 'offlineSentence' },
  renewing: { ...presenceLooks.reconnecting, word: 'renewingSentence' },
  'signed-out': { ...presenceLooks.failed, word: 'signedOut' },
}

/** Whether a kind usually passes by itself, and is shown after the grace period only. */
export function isPassing(kind: LineKind): boolean {
  return lineLooks[kind].tone === 'busy' || kind === 'offline'
}

/** Chooses the one thing to say: what keeps everything else from working comes first. */
export function selectLine(state: ChatAuthState): Line {
  const presence = presenceOf(state)
  if (!('token' in state)) return { kind: presence, nextAttemptAt: null, expiresAt: null }
  const { nextAttemptAt, status, heldRequests, expiresAt } = state.token
  if (presence === 'connecting' || presence === 'reconnecting') {
    const ofSocket = 'nextAttemptAt' in state ? state.nextAttemptAt : null
    return { kind: presence, nextAttemptAt: ofSocket ?? nextAttemptAt, expiresAt: null }
  }
  // A renewal that nothing waits for is nobody's business.
  if (presence === 'connected' && status !== 'valid' && heldRequests > 0) {
    return { kind: 'renewing', nextAttemptAt, expiresAt: null }
  }
  return {
    kind: presence,
    nextAttemptAt: null,
    expiresAt: presence === 'connected' ? expiresAt : null,
  }
}
