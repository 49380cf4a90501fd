import { useEffect, useState } from 'react'
import { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

// chat.ts: a client that the whole app imports.
let chat: StreamChat | undefined

async function signIn({ apiKey, options, tokenUrl }: AppProps, user: { id: string }) {
  chat = StreamChat.getInstance(apiKey, options)
  await chat.connectUser(user, () => fetchToken(tokenUrl, user.id))
}

export async function greet(cid: string) {
  await chat?.channel('messaging', cid).sendMessage({ text: 'Hello from a module' })
}

// App.tsx
export function App(props: AppProps) {
  const { user } = props
  const [isReady, setReady] = useState(false)

  useEffect(() => {
    if (!user) return
    void signIn(props, user).then(() => setReady(true))
    return () => {
      setReady(false)
      void chat?.disconnectUser()
    }
    // The user is all that changes.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [user])

  if (!isReady || !chat) return <p>Opening the chat…</p>
  return (
    <Chat client={chat}>
      <Inbox />
    </Chat>
  )
}
