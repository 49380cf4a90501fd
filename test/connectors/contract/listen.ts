import type { StreamChat } from 'stream-chat'
import type { HttpChatClient } from '../../../src/connectors/http/httpConnector.js'
import type { ChatAuth } from '../../../src/core/chatAuth.js'
import { isLive } from '../../../src/core/state.js'

/** An event as an app hears it, from whichever client. */
export interface Heard {
  readonly type: string
  readonly [field: string]: unknown
}

export function clientOf(auth: ChatAuth): HttpChatClient | StreamChat {
  const state = auth.getState()
  if (!isLive(state)) throw new Error(`It is ${state.status}.`)
  return state.client as HttpChatClient | StreamChat
}

/** Has the app's listener hear all that the live session's client is told. */
export function listen(auth: ChatAuth, hear: (event: Heard) => void): void {
  const client = clientOf(auth)
  if ('subscribe' in client) client.subscribe(hear)
  else client.on((event) => hear(event as unknown as Heard))
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
