import type { ChatPresence } from '../../react/useChatUserMenu.js'
import type { IconName } from '../icons.js'

interface PresenceLooks {
  readonly icon: IconName
  readonly tone: 'ok' | 'busy' | 'off' | 'trouble'
}

/** Shape and tone of each presence; the word beside them is in the labels. */
export const presenceLooks: Record<ChatPresence, PresenceLooks> = {
  'signed-out': { icon: 'off', tone: 'off' },
  connecting: { icon: 'busy', tone: 'busy' },
  connected: { icon: 'connected', tone: 'ok' },
  reconnecting: { icon: 'busy', tone: 'busy' },
  offline: { icon: 'off', tone: 'off' },
  paused: { icon: 'paused', tone: 'off' },
  leaving: { icon: 'busy', tone: 'busy' },
  failed: { icon: 'trouble', tone: 'trouble' },
}
