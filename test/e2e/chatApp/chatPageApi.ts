import type { StreamChat } from 'stream-chat'
import type { ChatAuth, ChatAuthEvent, ChatAuthState } from '../../../src/core.js'

/** Message that the page sent through the client, without the composer. */
export interface SentMessage {
  readonly text: string
  readonly userId: string
  /** `sent`, the code of the error, or null while in flight. */
  outcome: string | null
}

/** The page's interface for tests, as `window.chatPage`. */
export interface ChatPageApi {
  readonly events: ChatAuthEvent[]
  /** Status at every commit of React that changes it. */
  readonly statuses: ChatAuthState['status'][]
  /** Name and session of every mount inside the gate. */
  readonly mounts: { readonly what: 'gate' | 'channel'; readonly sessionId: string | null }[]
  /** Errors that React caught, with or without an error boundary. */
  readonly caught: string[]
  /** All clients that the page received, oldest first. */
  readonly clients: StreamChat[]
  /** Events of their connections: `online`, `offline`, and `queried` for an answer with channels. */
  readonly connection: string[]
  /** Glitches of the message list, such as a message shown twice. */
  readonly stumbles: string[]
  readonly sent: SentMessage[]
  /** Sends a message to the team with a client of the page, current or old. */
  send(text: string, client?: StreamChat): void
  auth?: ChatAuth<StreamChat>
}

declare global {
  interface Window {
    chatPage: ChatPageApi
  }
}
