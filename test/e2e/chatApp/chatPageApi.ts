import type { StreamChat } from 'stream-chat'
import type { ChatAuth, ChatAuthEvent, ChatAuthState } from '../../../src/core.js'

/** A message that the page sent through the client, past the composer. */
export interface SentMessage {
  readonly text: string
  readonly userId: string
  /** `sent`, the code of the error, or null while it is under way. */
  outcome: string | null
}

/** What the page shows the test of itself, as `window.chatPage`. */
export interface ChatPageApi {
  readonly events: ChatAuthEvent[]
  /** The status at every commit of React that has another one. */
  readonly statuses: ChatAuthState['status'][]
  /** Of every mount of something in the gate, what it was and whose session it was in. */
  readonly mounts: { readonly what: 'gate' | 'channel'; readonly sessionId: string | null }[]
  /** What React caught, be it by an error boundary or without one. */
  readonly caught: string[]
  /** Every client that the page was given, oldest first. */
  readonly clients: StreamChat[]
  /** What came of their connections: `online`, `offline`, and `queried` for an answer with channels. */
  readonly connection: string[]
  /** What the message list did that a reader would stumble over. */
  readonly stumbles: string[]
  readonly sent: SentMessage[]
  /** Sends a message to the team, as whoever is connected now or was before. */
  send(text: string, client?: StreamChat): void
  auth?: ChatAuth<StreamChat>
}

declare global {
  interface Window {
    chatPage: ChatPageApi
  }
}
