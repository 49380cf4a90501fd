import { useEffect } from 'react'
import type { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import { ChatAuthProvider, useChatClient, useChatUser } from '../../../src/index.js'
import { streamChatConnector } from '../../../src/stream-chat.js'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

export function App({ apiKey, options, tokenUrl, user }: AppProps) {
  return (
    <ChatAuthProvider
      connector={streamChatConnector({ apiKey, options })}
      tokenProvider={({ userId }) => fetchToken(tokenUrl, userId)}
    >
      <ChatPage user={user} />
    </ChatAuthProvider>
  )
}

/** Keeps the effect. `<ChatAuthProvider user={user}>` would take its place. */
function ChatPage({ user }: Pick<AppProps, 'user'>) {
  const client = useChatClient<StreamChat>()
  const { connectUser, disconnectUser } = useChatUser()

  useEffect(() => {
    if (!user) return
    // A failure is `status: 'failed'` of useChatUser.
    connectUser(user).catch(() => {})
    return () => void disconnectUser({ thisTabOnly: true })
  }, [connectUser, disconnectUser, user])

  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
