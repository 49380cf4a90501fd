import type { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import {
  ChatAuthProvider,
  createChatAuth,
  useChatClient,
  type ChatAuth,
} from '../../../src/index.js'
import { streamChatConnector } from '../../../src/stream-chat.js'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

// chat.ts: a handle that the whole app imports. The module never holds a client.
let auth: ChatAuth<StreamChat> | undefined

function chatAuth({ apiKey, options, tokenUrl }: AppProps) {
  auth ??= createChatAuth({
    connector: streamChatConnector({ apiKey, options }),
    tokenProvider: ({ userId }) => fetchToken(tokenUrl, userId),
  })
  return auth
}

export async function greet(cid: string) {
  const session = await auth?.ready()
  await session?.client.channel('messaging', cid).sendMessage({ text: 'Hello from a module' })
}

// App.tsx
export function App(props: AppProps) {
  return (
    <ChatAuthProvider auth={chatAuth(props)} user={props.user}>
      <ChatPage />
    </ChatAuthProvider>
  )
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
