import type { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import { ChatAuthProvider, useChatClient, useChatUser } from '../../../src/index.js'
import { streamChatConnector } from '../../../src/stream-chat.js'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

/** The app's own hook keeps its answers. */
function useChat() {
  const client = useChatClient<StreamChat>()
  const { error } = useChatUser()
  return { client, error }
}

export function App({ apiKey, options, tokenUrl, user }: AppProps) {
  return (
    <ChatAuthProvider
      connector={streamChatConnector({ apiKey, options })}
      tokenProvider={({ userId }) => fetchToken(tokenUrl, userId)}
      user={user}
    >
      <ChatPage />
    </ChatAuthProvider>
  )
}

function ChatPage() {
  const { client, error } = useChat()
  if (error) return <p role="alert">{error.message}</p>
  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
