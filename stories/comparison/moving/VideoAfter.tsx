import { StreamVideoClient } from '@stream-io/video-client'
import { useEffect } from 'react'
import { useTokenProvider } from '../../../src/index.js'
import type { AppProps } from '../migration/appProps.js'

type VideoProps = Pick<AppProps, 'apiKey'> & {
  user: NonNullable<AppProps['user']>
  onClient: (client: StreamVideoClient) => void
}

/** Inside <ChatAuthGate>: one token serves both clients. */
export function Video({ apiKey, user, onClient }: VideoProps) {
  const tokenProvider = useTokenProvider()
  useEffect(() => {
    const client = new StreamVideoClient({ apiKey, user, tokenProvider })
    onClient(client)
    return () => void client.disconnectUser()
  }, [apiKey, onClient, tokenProvider, user])
  return null
}
