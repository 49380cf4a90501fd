import type { HttpChatClient } from '../../../src/connectors/httpConnector.js'
import type { ChatAuth } from '../../../src/core/options.js'
import { isLive } from '../../../src/core/state.js'

/** An event as an app hears it, from whichever client. */
export interface Heard {
  readonly type: string
  readonly [field: string]: unknown
}

/** What the clients of both connectors can do, each by its own name. */
type AnyClient = HttpChatClient | { on(listener: (event: Heard) => void): unknown }

/** Has the app's listener hear all that the live session's client is told. */
export function listen(auth: ChatAuth, hear: (event: Heard) => void): void {
  const state = auth.getState()
  if (!isLive(state)) throw new Error(`It is ${state.status}.`)
  const client = state.client as AnyClient
  if ('subscribe' in client) client.subscribe(hear)
  else client.on(hear)
}
