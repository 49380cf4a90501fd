import type { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import { ChatAuthProvider, useChatClient } from '../../../src/index.js'
import { streamChatConnector } from '../../../src/stream-chat.js'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

const assistant = { id: 'bob', name: 'Bob' }

/** Two users side by side, each with a provider. The hooks inside answer for the nearest one. */
export function App(props: AppProps) {
  return (
    <>
      <MyChat {...props} />
      {props.user && <MyChat {...props} user={assistant} isQuiet />}
    </>
  )
}

function MyChat({ apiKey, options, tokenUrl, user, isQuiet }: AppProps & { isQuiet?: boolean }) {
  return (
    <ChatAuthProvider
      connector={streamChatConnector({ apiKey, options })}
      tokenProvider={({ userId }) => fetchToken(tokenUrl, userId)}
      user={user}
    >
      <ChatPage isQuiet={isQuiet ?? false} />
    </ChatAuthProvider>
  )
}

function ChatPage({ isQuiet }: { isQuiet: boolean }) {
  const client = useChatClient<StreamChat>()
  if (!client) return <p>Opening the chat…</p>
  if (isQuiet) return <p>Signed in as {client.userID}</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
