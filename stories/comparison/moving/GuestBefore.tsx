import { useEffect, useState } from 'react'
import { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

export function App({ apiKey, options, tokenUrl, user }: AppProps) {
  const [client, setClient] = useState<StreamChat | null>(null)

  useEffect(() => {
    const chat = new StreamChat(apiKey, options)
    const connecting = user
      ? chat.connectUser(user, () => fetchToken(tokenUrl, user.id))
      : chat.setGuestUser({ id: 'visitor', name: 'Visitor' })
    void connecting.then(() => setClient(chat))
    return () => {
      setClient(null)
      void connecting.then(() => chat.disconnectUser())
    }
  }, [apiKey, options, tokenUrl, user])

  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
