'use client'
import type { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import { ChatAuthProvider, useChatClient, useChatUser } from '../../../src/index.js'
import { streamChatConnector } from '../../../src/stream-chat.js'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'
import type { Session } from './SessionBefore.js'

export function App({
  session: { status, user },
  apiKey,
  options,
  tokenUrl,
}: Omit<AppProps, 'user'> & { session: Session }) {
  return (
    <ChatAuthProvider
      connector={streamChatConnector({ apiKey, options })}
      tokenProvider={({ userId }) => fetchToken(tokenUrl, userId)}
      // `undefined` while the session is not known: `null` would log out all tabs.
      user={status === 'loading' ? undefined : user}
    >
      <ChatPage isSignedOut={status === 'unauthenticated'} />
    </ChatAuthProvider>
  )
}

function ChatPage({ isSignedOut }: { isSignedOut: boolean }) {
  const client = useChatClient<StreamChat>()
  const { error } = useChatUser()
  if (isSignedOut) return <p>Sign in to chat.</p>
  if (error) return <p role="alert">{error.remedy}</p>
  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
