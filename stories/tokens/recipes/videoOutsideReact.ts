import { StreamVideoClient } from '@stream-io/video-client'
import type { ChatAuth } from 'react-chat-auth'

const apiKey = 'your-api-key'

/** Opens the video client of whoever is, or will be, connected to the chat. */
export async function openVideo(auth: ChatAuth, signal?: AbortSignal): Promise<StreamVideoClient> {
  const { user } = await auth.ready({ signal })
  return new StreamVideoClient({
    apiKey,
    user: { id: user.id },
    // Named, so that this client never gets the token of the next user.
    tokenProvider: () => auth.getToken({ userId: user.id }),
  })
}
