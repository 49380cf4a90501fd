import type { Channel } from 'stream-chat'
import { auth } from './chatAuth.js'

/** Opens a channel as whoever is, or will be, connected. Here stood `StreamChat.getInstance(apiKey)`. */
export async function openChannel(id: string, signal?: AbortSignal): Promise<Channel> {
  const { client } = await auth.ready({ signal })
  const channel = client.channel('messaging', id)
  await channel.watch()
  return channel
}

/** Sends a request of its own. It waits for a token, and goes out with the session's. */
export async function readSettings(): Promise<unknown> {
  await auth.ready()
  const response = await auth.fetch('/app')
  return response.json()
}
