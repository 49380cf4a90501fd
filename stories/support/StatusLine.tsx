import { useChatUser, type ChatAuthState } from '../../src/index.js'

const sentences: Record<ChatAuthState['status'], (who: string) => string> = {
  disconnected: () => 'Nobody is connected',
  connecting: (who) => `Connecting as ${who}…`,
  connected: (who) => `Connected as ${who}`,
  reconnecting: (who) => `Reconnecting as ${who}…`,
  paused: (who) => `Paused as ${who}`,
  disconnecting: (who) => `Logging out ${who}…`,
  failed: (who) => `Could not connect as ${who}`,
}

/** Says who is connected, and how: for stories about something else than the components. */
export function StatusLine({ className }: { className?: string }) {
  const { status, identity, user } = useChatUser()
  const known = user ?? (identity && 'user' in identity ? identity.user : null)
  const name = known ? known.name || known.id : ''
  const who = { user: name, guest: `${name} (guest)`, anonymous: 'an anonymous reader' }
  return (
    <p className={className} role="status" data-status={status}>
      {sentences[status](identity ? who[identity.type] : '')}
    </p>
  )
}
