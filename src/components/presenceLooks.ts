import type { ChatPresence } from '../react/presence.js'
import type { IconName } from './icons.js'
import type { ChatAuthLabels } from './labels.js'

/** Name of a label that is a text of its own, not a function. */
type Word = keyof {
  [Name in keyof ChatAuthLabels as ChatAuthLabels[Name] extends string ? Name : never]: Name
}

export interface Looks {
  readonly icon: IconName
  readonly tone: 'ok' | 'busy' | 'off' | 'trouble'
  readonly word: Word
}

/** Shape, tone and word of each presence. */
export const presenceLooks: Record<ChatPresence, Looks> = {
  'signed-out': { icon: 'off', tone: 'off', word: 'signedOut' },
  connecting: { icon: 'busy', tone: 'busy', word: 'connecting' },
  connected: { icon: 'connected', tone: 'ok', word: 'connected' },
  reconnecting: { icon: 'busy', tone: 'busy', word: 'reconnecting' },
  offline: { icon: 'off', tone: 'off', word: 'offline' },
  paused: { icon: 'paused', tone: 'off', word: 'paused' },
  leaving: { icon: 'busy', tone: 'busy', word: 'disconnecting' },
  failed: { icon: 'trouble', tone: 'trouble', word: 'failed' },
}
