import { useEffect, useState } from 'react'
import { StreamChat } from 'stream-chat'
import { Chat } from 'stream-chat-react'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

/** The app's own hook, above `<Chat>`. */
function useChat({ apiKey, options, tokenUrl, user }: AppProps) {
  const [client, setClient] = useState<StreamChat | null>(null)
  const [error, setError] = useState<Error | null>(null)

  useEffect(() => {
    if (!user) return
    const chat = new StreamChat(apiKey, options)
    const connecting = chat
      .connectUser(user, () => fetchToken(tokenUrl, user.id))
      .then(() => setClient(chat), setError)
    return () => {
      setClient(null)
      void connecting.then(() => chat.disconnectUser())
    }
  }, [apiKey, options, tokenUrl, user])

  return { client, error }
}

export function App(props: AppProps) {
  const { client, error } = useChat(props)
  if (error) return <p role="alert">{error.message}</p>
  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
