import { useEffect, useState } from 'react'
import { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

export function App({ apiKey, options, tokenUrl, user }: AppProps) {
  const [client, setClient] = useState<StreamChat | null>(null)

  useEffect(() => {
    if (!user) return
    const chat = StreamChat.getInstance(apiKey, options)
    let hasLeft = false
    void chat
      .connectUser(user, () => fetchToken(tokenUrl, user.id))
      .then(() => !hasLeft && setClient(chat))
    return () => {
      hasLeft = true
      setClient(null)
      void chat.disconnectUser()
    }
  }, [apiKey, options, tokenUrl, user])

  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
