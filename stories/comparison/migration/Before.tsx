import { useCallback } from 'react'
import { Chat, useCreateChatClient } from 'stream-chat-react'
import type { AppProps } from './appProps.js'
import { Inbox } from './Inbox.js'

export function App({ user, ...rest }: AppProps) {
  // The key: without it, the next user's chat opens in what is left of this one's.
  return user ? <MyChat key={user.id} user={user} {...rest} /> : <p>Sign in to chat.</p>
}

interface MyChatProps extends AppProps {
  user: NonNullable<AppProps['user']>
}

function MyChat({ apiKey, options, tokenUrl, user }: MyChatProps) {
  // Stable: an inline function would connect anew at every rendering.
  const fetchToken = useCallback(async () => {
    const response = await fetch(`${tokenUrl}?user_id=${user.id}`)
    // Once is enough: it is what later requests are rejected with as well.
    if (!response.ok) throw new Error(`The token endpoint answered ${response.status}.`)
    const { token } = (await response.json()) as { token: string }
    return token
  }, [tokenUrl, user.id])

  const client = useCreateChatClient({
    apiKey,
    ...(options && { options }),
    tokenOrProvider: fetchToken,
    userData: user,
  })

  // Connecting, reconnecting as someone else, failed for good: it is all the same here.
  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
