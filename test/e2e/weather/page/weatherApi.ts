import type { ChatAuthEvent, ChatAuthState } from '../../../../src/core.js'

/** Message that the page sends until the backend says that it has it. */
export interface SentMessage {
  readonly id: string
  /** Sendings by the app, all with the same id. */
  sendings: number
}

/** The page's interface for tests, as `window.weather`. */
export interface WeatherApi {
  readonly events: ChatAuthEvent[]
  /** Status at every change of the state. */
  readonly statuses: ChatAuthState['status'][]
  readonly sent: SentMessage[]
  /** How the app's sendings failed, with their number. */
  readonly failures: Record<string, number>
  /** How `connectUser` ended; null while it is pending. */
  connecting: string | null
  /** Maximum number of WebSockets that the page had made and not closed, at once. */
  readonly peakSockets: number
  /** Connects the user, and begins to send messages. */
  readonly start: () => void
  readonly isConnected: () => boolean
  /** Begins no more messages; resolves once the backend has all that were begun. */
  readonly finish: () => Promise<void>
  /** Lets the browser report a network, or none, with its event; null for the truth. */
  readonly reportNetwork: (isOnline: boolean | null) => void
  readonly logOut: () => Promise<void>
}

/** Parameters in the page's URL. */
export interface WeatherParameters {
  connector: 'http' | 'stream-chat'
  userId: string
  apiKey: string
  baseUrl: string
  tokenUrl: string
}

declare global {
  interface Window {
    weather: WeatherApi
  }
}
