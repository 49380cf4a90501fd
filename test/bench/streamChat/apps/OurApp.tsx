import { useCallback, useEffect } from 'react'
import { ChatAuthProvider, useChatUser } from '../../../../src/index.js'
import { streamChatConnector } from '../../../../src/stream-chat.js'
import type { AppProps } from './appProps.js'

export function OurApp({ apiKey, options, user, provideToken, isInline, onShown }: AppProps) {
  const inline = () => provideToken(user.id)
  const stable = useCallback(() => provideToken(user.id), [provideToken, user.id])
  return (
    // The connector and the user are inline too: neither is what a session hangs on.
    <ChatAuthProvider
      connector={streamChatConnector({ apiKey, options })}
      tokenProvider={isInline ? inline : stable}
      user={{ ...user }}
    >
      <Page onShown={onShown} />
    </ChatAuthProvider>
  )
}

function Page({ onShown }: Pick<AppProps, 'onShown'>) {
  const { user, isConnected } = useChatUser()
  useEffect(() => onShown(isConnected))
  return isConnected && <p>Connected as {user?.id}</p>
}
