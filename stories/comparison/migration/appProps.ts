import type { StreamChatOptions } from 'stream-chat'

export interface AppProps {
  apiKey: string
  options?: StreamChatOptions
  /** The app's own endpoint: answers `{ token }` for `?user_id=…`. */
  tokenUrl: string
  /** Who is signed in to the app; `null` for nobody. */
  user: { id: string; name: string } | null
}
