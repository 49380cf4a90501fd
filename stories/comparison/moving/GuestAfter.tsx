import { useEffect } from 'react'
import type { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import { ChatAuthProvider, useChatClient, useGuest } from '../../../src/index.js'
import { streamChatConnector } from '../../../src/stream-chat.js'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

export function App({ apiKey, options, tokenUrl, user }: AppProps) {
  return (
    <ChatAuthProvider
      connector={streamChatConnector({ apiKey, options })}
      tokenProvider={({ userId }) => fetchToken(tokenUrl, userId)}
      // `undefined`, not `null`: a visitor is not somebody who logged out.
      user={user ?? undefined}
    >
      {!user && <Visitor />}
      <ChatPage />
    </ChatAuthProvider>
  )
}

function Visitor() {
  const { setGuestUser } = useGuest()
  useEffect(() => {
    // A failure is `status: 'failed'` of useChatUser.
    setGuestUser({ id: 'visitor', name: 'Visitor' }).catch(() => {})
  }, [setGuestUser])
  return null
}

function ChatPage() {
  const client = useChatClient<StreamChat>()
  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
