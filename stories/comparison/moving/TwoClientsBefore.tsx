import { useEffect, useState } from 'react'
import { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

const assistant = { id: 'bob', name: 'Bob' }

/** Two users side by side, each with a client. */
export function App(props: AppProps) {
  return (
    <>
      <MyChat {...props} />
      {props.user && <MyChat {...props} user={assistant} isQuiet />}
    </>
  )
}

function MyChat({ apiKey, options, tokenUrl, user, isQuiet }: AppProps & { isQuiet?: boolean }) {
  const [client, setClient] = useState<StreamChat | null>(null)

  useEffect(() => {
    if (!user) return
    const chat = new StreamChat(apiKey, options)
    const connecting = chat
      .connectUser(user, () => fetchToken(tokenUrl, user.id))
      .then(() => setClient(chat))
    return () => {
      setClient(null)
      void connecting.then(() => chat.disconnectUser())
    }
  }, [apiKey, options, tokenUrl, user])

  if (!client) return <p>Opening the chat…</p>
  if (isQuiet) return <p>Signed in as {client.userID}</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
