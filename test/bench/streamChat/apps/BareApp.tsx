import { useCallback, useEffect } from 'react'
import { useCreateChatClient } from 'stream-chat-react'
import type { AppProps } from './appProps.js'

export function BareApp({ apiKey, options, user, provideToken, isInline, onShown }: AppProps) {
  const inline = () => provideToken(user.id)
  const stable = useCallback(() => provideToken(user.id), [provideToken, user.id])
  const client = useCreateChatClient({
    apiKey,
    options,
    userData: { ...user },
    tokenOrProvider: isInline ? inline : stable,
  })
  useEffect(() => onShown(client !== null))
  return client && <p>Connected as {client.userID}</p>
}
