import { StreamVideoClient } from '@stream-io/video-client'
import { useEffect } from 'react'
import type { AppProps } from '../migration/appProps.js'
import { fetchToken } from './fetchToken.js'

type VideoProps = Pick<AppProps, 'apiKey' | 'tokenUrl'> & {
  user: NonNullable<AppProps['user']>
  onClient: (client: StreamVideoClient) => void
}

export function Video({ apiKey, tokenUrl, user, onClient }: VideoProps) {
  useEffect(() => {
    // A second provider beside the chat's, which asks the endpoint on its own.
    const tokenProvider = () => fetchToken(tokenUrl, user.id)
    const client = new StreamVideoClient({ apiKey, user, tokenProvider })
    onClient(client)
    return () => void client.disconnectUser()
  }, [apiKey, onClient, tokenUrl, user])
  return null
}
