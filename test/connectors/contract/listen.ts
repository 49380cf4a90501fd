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

/** Has the app's listener hear all that the live session's client is told. */
export const listen = (auth: ChatAuth, listener: (event: Heard) => void): void =>
  hear(clientOf(auth), listener)

/** The same of a client, whichever it is. */
export function hear(client: unknown, listener: (event: Heard) => void): void {
  const known = client as HttpChatClient | StreamChat
  if ('subscribe' in known) known.subscribe(listener)
  else known.on((event) => listener(event as unknown as Heard))
}

/** Watches the channel `team`, by the client's own means where it has some. */
export async function watchTeam(auth: ChatAuth): Promise<void> {
  const client = clientOf(auth)
  if ('channel' in client) {
    await client.channel('messaging', 'team').watch()
    return
  }
  const body = JSON.stringify({ watch: true, state: true })
  await client.fetch('/channels/messaging/team/query', { method: 'POST', body })
}
