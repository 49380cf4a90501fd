'use client'
import { Chat, useCreateChatClient } from 'stream-chat-react'
import { useCallback } from 'react'
import type { AppProps } from '../migration/appProps.js'
import { Inbox } from '../migration/Inbox.js'
import { fetchToken } from './fetchToken.js'

/** What a session library returns, such as `useSession()` of Auth.js. */
export interface Session {
  status: 'loading' | 'authenticated' | 'unauthenticated'
  user: AppProps['user']
}

export function App({ session, ...rest }: Omit<AppProps, 'user'> & { session: Session }) {
  const { status, user } = session
  if (status === 'loading') return <p>Opening the chat…</p>
  return user ? <MyChat key={user.id} {...rest} user={user} /> : <p>Sign in to chat.</p>
}

function MyChat({
  apiKey,
  options,
  tokenUrl,
  user,
}: AppProps & { user: NonNullable<Session['user']> }) {
  const tokenOrProvider = useCallback(() => fetchToken(tokenUrl, user.id), [tokenUrl, user.id])
  const client = useCreateChatClient({
    apiKey,
    ...(options && { options }),
    tokenOrProvider,
    userData: user,
  })
  if (!client) return <p>Opening the chat…</p>
  return (
    <Chat client={client}>
      <Inbox />
    </Chat>
  )
}
