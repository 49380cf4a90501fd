import type { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import {
  ChatAuthGate,
  ChatAuthProvider,
  httpTokenProvider,
  useChatUser,
} from '../../../src/index.js'
import { streamChatConnector } from '../../../src/stream-chat.js'
import type { AppProps } from './appProps.js'
import { Inbox } from './Inbox.js'

export function App({ apiKey, options, tokenUrl, user }: AppProps) {
  return (
    <ChatAuthProvider
      connector={streamChatConnector({ apiKey, options })}
      tokenProvider={httpTokenProvider({ url: tokenUrl })}
      user={user}
    >
      <ChatAuthGate<StreamChat> fallback={<NoChat />}>
        {({ client }) => (
          <Chat client={client}>
            <Inbox />
          </Chat>
        )}
      </ChatAuthGate>
    </ChatAuthProvider>
  )
}

function NoChat() {
  const { status, error, retry } = useChatUser()
  if (status === 'disconnected') return <p>Sign in to chat.</p>
  if (status !== 'failed') return <p>Opening the chat…</p>
  return (
    <p role="alert">
      {error?.remedy} <button onClick={() => void retry()}>Try again</button>
    </p>
  )
}
