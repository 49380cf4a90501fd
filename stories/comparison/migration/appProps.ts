import type { StreamChatOptions } from 'stream-chat'

export interface AppProps {
  apiKey: string
  options?: StreamChatOptions
  /** URL of the app's own endpoint, which answers `{ token }` for `?user_id=…`. */
  tokenUrl: string
  /** User who is signed in to the app, or null. */
  user: { id: string; name: string } | null
}
