import { useCallback } from 'react'
import { Chat } from 'stream-chat-react'
import { useCreateChatClient } from '../../../src/stream-chat-react.js'
import type { AppProps } from './appProps.js'
import { Inbox } from './Inbox.js'

export function App({ user, ...rest }: AppProps) {
  // Without the key, the next user's chat opens with state of this user's.
  return user ? <MyChat key={user.id} user={user} {...rest} /> : <p>Sign in to chat.</p>
}

interface MyChatProps extends AppProps {
  user: NonNullable<AppProps['user']>
}

function MyChat({ apiKey, options, tokenUrl, user }: MyChatProps) {
  // Stable, because an inline function would reconnect at every render.
  const fetchToken = useCallback(async () => {
    const response = await fetch(`${tokenUrl}?user_id=${user.id}`)
    // A single failure is enough, because all later requests reject with it too.
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

  // The hook does not tell connecting, switching and a final failure apart.
  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
