import type { StreamChat } from 'stream-chat'
import type { HttpChatClient } from '../../../src/connectors/http/httpConnector.js'
import type { ChatAuth } from '../../../src/core/chatAuth.js'
import type { Heard } from '../../../src/testing/contract/stage.js'
import { isLive } from '../../../src/core/state.js'

export type { Heard }

export function clientOf(auth: ChatAuth): HttpChatClient | StreamChat {
  const state = auth.getState()
  if (!isLive(state)) throw new Error(`It is ${state.status}.`)
  return state.client as HttpChatClient | StreamChat
}

/** Subscribes the app's listener to all events of the live session's client. */
export const listen = (auth: ChatAuth, listener: (event: Heard) => void): void =>
  hear(clientOf(auth), listener)

/** Subscribes a listener to all events of a client of either connector. */
export function hear(client: unknown, listener: (event: Heard) => void): void {
  const known = client as HttpChatClient | StreamChat
  if ('subscribe' in known) known.subscribe(listener)
  else known.on((event) => listener(event as unknown as Heard))
}

/** Watches the channel `team`, with the client's own method if it has one. */
export async function watchTeam(auth: ChatAuth): Promise<void> {
  const client = clientOf(auth)
  if ('channel' in client) {
    await client.channel('messaging', 'team').watch()
    return
  }
  const body = JSON.stringify({ watch: true, state: true })
  await client.fetch('/channels/messaging/team/query', { method: 'POST', body })
}
