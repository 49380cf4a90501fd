import { StreamChat } from 'stream-chat'

type GetToken = (this: StreamChat) => ReturnType<StreamChat['_getToken']>

/** Clients of sessions, of all connectors on the page. */
const own = new WeakSet<StreamChat>()

/** Prototypes that are watched: of one copy of `stream-chat`, or of several. */
const watched = new WeakSet<object>()

/**
 * Marks the client of a session. In development, where `warn` is given, any other client that sends a
 * request without a user is then named, once: an app that moved in often has one left over, and its error
 * ("Both secret and user tokens are not set") points nowhere. Nothing is wrapped in production.
 */
export function noteOwnClient(
  client: StreamChat,
  warn: ((message: string) => void) | undefined,
): void {
  own.add(client)
  const { prototype } = StreamChat
  if (!warn || watched.has(prototype)) return
  watched.add(prototype)
  const getToken = Reflect.get(prototype, '_getToken') as GetToken
  let hasWarned = false
  prototype._getToken = function (this: StreamChat) {
    const isStray = !own.has(this) && !this.userID && !this.anonymous && !this.secret
    if (isStray && !hasWarned) {
      hasWarned = true
      warn(
        'react-chat-auth: a StreamChat client without a user sent a request, beside the client of the ' +
          'session. It is a leftover `StreamChat.getInstance()` or `new StreamChat()`. Take the ' +
          "session's client instead: useChatClient<StreamChat>() in components, and " +
          '`(await auth.ready()).client` elsewhere.',
      )
    }
    return getToken.call(this)
  }
}
