import { FeedsClient } from '@stream-io/feeds-client'
import { StreamVideoClient } from '@stream-io/video-client'
import { useEffect, useState } from 'react'
import { useChatUser, useTokenProvider } from 'react-chat-auth'

const apiKey = 'your-api-key'

/** The video and the feeds client of whoever is connected to the chat; null for nobody. */
export function useVideoAndFeeds() {
  const { user } = useChatUser()
  const userId = user?.id
  const tokenProvider = useTokenProvider()
  const [clients, setClients] = useState<{
    video: StreamVideoClient
    feeds: FeedsClient
  } | null>(null)

  useEffect(() => {
    if (!userId) return
    const video = new StreamVideoClient({ apiKey, user: { id: userId }, tokenProvider })
    const feeds = new FeedsClient(apiKey)
    let isWanted = true
    feeds.connectUser({ id: userId }, tokenProvider).then(() => {
      if (isWanted) setClients({ video, feeds })
    }, console.error)
    return () => {
      isWanted = false
      setClients(null)
      void video.disconnectUser()
      void feeds.disconnectUser()
    }
  }, [userId, tokenProvider])

  return clients
}
