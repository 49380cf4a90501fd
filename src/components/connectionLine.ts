import type { ChatAuthState } from '../core/state.js'
import { isLive } from '../react/chatSession.js'
import type { IconName } from './icons.js'
import type { ChatAuthLabels } from './labels.js'

/** What `ConnectionStatus` can say. */
export type LineKind =
  | 'connected'
  | 'offline'
  | 'connecting'
  | 'reconnecting'
  | 'renewing'
  | 'paused'
  | 'signed-out'
  | 'failed'

export interface Line {
  readonly kind: LineKind
  /** When the connection is tried again by itself; null if that is not waited for. */
  readonly nextAttemptAt: Date | null
  /** When the token of a connection that works expires; null if it never does. */
  readonly expiresAt: Date | null
}

function line(
  kind: LineKind,
  nextAttemptAt: Date | null = null,
  expiresAt: Date | null = null,
): Line {
  return { kind, nextAttemptAt, expiresAt }
}

interface LineLooks {
  readonly icon: IconName
  readonly tone: 'ok' | 'busy' | 'off' | 'trouble'
  readonly label: keyof {
    [K in keyof ChatAuthLabels as ChatAuthLabels[K] extends string ? K : never]: K
  }
  readonly isSignedOut: boolean
}

export const lineOf: Record<LineKind, LineLooks> = {
  connected: { icon: 'connected', tone: 'ok', label: 'connected', isSignedOut: false },
  offline: { icon: 'off', tone: 'off', label: 'offlineSentence', isSignedOut: false },
  connecting: { icon: 'busy', tone: 'busy', label: 'connecting', isSignedOut: false },
  reconnecting: { icon: 'busy', tone: 'busy', label: 'reconnecting', isSignedOut: false },
  renewing: { icon: 'busy', tone: 'busy', label: 'renewingSentence', isSignedOut: false },
  paused: { icon: 'paused', tone: 'off', label: 'paused', isSignedOut: false },
  'signed-out': { icon: 'trouble', tone: 'trouble', label: 'signedOut', isSignedOut: true },
  failed: { icon: 'trouble', tone: 'trouble', label: 'failed', isSignedOut: true },
}

/** Whether a kind usually passes by itself, and is shown after the grace period only. */
export function isPassing(kind: LineKind): boolean {
  return lineOf[kind].tone === 'busy' || kind === 'offline'
}

/** Chooses the one thing to say: what keeps everything else from working comes first. */
export function selectLine(state: ChatAuthState): Line {
  if (state.status === 'disconnected') return line('signed-out')
  if (state.status === 'failed') return line('failed')
  if ('isOnline' in state && !state.isOnline) return line('offline')
  if (state.status === 'connecting' || state.status === 'reconnecting') {
    return line(state.status, state.nextAttemptAt ?? state.token.nextAttemptAt)
  }
  if (state.status === 'paused') return line('paused')
  // Nobody has to know of a renewal that nothing waits for.
  if (isLive(state) && state.token.status !== 'valid' && state.token.heldRequests > 0) {
    return line('renewing', state.token.nextAttemptAt)
  }
  return line('connected', null, isLive(state) ? state.token.expiresAt : null)
}
