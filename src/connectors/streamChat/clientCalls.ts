import type { StreamChat } from 'stream-chat'
import type { ConnectionContext } from '../../core/connector.js'

/** The client's methods that begin or end a session, deprecated names included, and what to call instead. */
const replacements = {
  connectUser: 'connectUser or switchUser',
  setUser: 'connectUser or switchUser',
  setGuestUser: 'setGuestUser',
  connectAnonymousUser: 'connectAnonymousUser',
  setAnonymousUser: 'connectAnonymousUser',
  disconnectUser: 'disconnectUser',
  disconnect: 'disconnectUser',
} as const satisfies Partial<Record<keyof StreamChat, string>>

/** Calls with which a client opens and closes its socket. */
const socketCalls = ['closeConnection', 'openConnection', '_setupConnection'] as const

/** Returns a function that gives a client back the session calls that it has now. */
export function saveSessionCalls(client: StreamChat): () => void {
  const calls = [...Object.keys(replacements), ...socketCalls] as (keyof StreamChat)[]
  const own = Object.fromEntries(calls.map((call) => [call, client[call]]))
  return () => void Object.assign(client, own)
}

/**
 * Has the client refuse to begin or end a session behind this library's back: its socket would close
 * without a word, and the session would pass for connected until the next ping is overdue. A log-out in
 * its place would be worse: effects call `disconnectUser` on unmount, and a log-out reaches all tabs.
 *
 * The calls reject with a `TypeError` that names them. On a client whose session is over they resolve:
 * the effects of an unmounted tree run after it.
 *
 * `closeConnection` and `openConnection` pause and resume the session: stream-chat-react-native calls them
 * as its app goes to the background and comes back.
 * @returns the client's own `closeConnection`
 */
export function forbidSessionCalls(
  client: StreamChat,
  { signal, pause, resume }: Pick<ConnectionContext, 'signal' | 'pause' | 'resume'>,
): () => Promise<unknown> {
  const { closeConnection } = client
  for (const [call, instead] of Object.entries(replacements)) {
    const refuse = async (): Promise<void> => {
      if (signal.aborted) return
      throw new TypeError(
        `client.${call}() is not for the app to call: react-chat-auth keeps the session of this client. Call ${instead}() of useChatUser(), or of the createChatAuth handle, instead.`,
      )
    }
    Object.assign(client, { [call]: refuse })
  }
  const instead: Record<(typeof socketCalls)[number], () => Promise<void>> = {
    closeConnection: () => pause(),
    openConnection: () => resume(),
    _setupConnection: () => resume(),
  }
  Object.assign(client, instead)
  return closeConnection
}
