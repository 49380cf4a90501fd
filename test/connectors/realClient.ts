import type { StreamChat, Channel, Event, EventTypes } from 'stream-chat'
import {
  streamChatConnector,
  type StreamChatConnectorOptions,
} from '../../src/connectors/streamChat/streamChatConnector.js'
import { isLive } from '../../src/core/state.js'
import { overNetwork } from './contract/hosts.js'
import { contractsOf, type Stage, type StageOptions } from './contract/stage.js'

export const jane = { id: 'jane', name: 'Jane' }
export const jwt = /ey[\w-]+\.ey[\w-]+\.[\w-]*/

export type ClientOptions = StreamChatConnectorOptions['options']

export async function setUp(options: StageOptions = {}, clientOptions: ClientOptions = {}) {
  const [contract] = contractsOf(
    ({ apiKey, baseUrl }) =>
      streamChatConnector({
        apiKey,
        // The client's own limit of 3 s is too short on a slow machine.
        options: { timeout: 60_000, ...clientOptions, baseURL: baseUrl },
      }),
    [overNetwork],
  )
  const stage = await (contract as NonNullable<typeof contract>).setUp(options)
  // The request learns first that the token is dead.
  stage.backend.socketExpiry = 'silent'
  return stage
}

export async function connected(options?: StageOptions, clientOptions?: ClientOptions) {
  const stage = await setUp(options, clientOptions)
  await stage.auth.connectUser(jane)
  return { ...stage, client: clientOf(stage) }
}

export function clientOf({ auth }: Stage): StreamChat {
  const state = auth.getState()
  if (!isLive(state)) throw new Error(`It is ${state.status}.`)
  return state.client as StreamChat
}

export const me = (client: StreamChat, n: number | string = '') =>
  client.get(`${client.baseURL}/me?n=${n}`)

/** Resolves once the condition holds. Checked at each new message. */
export const onceHeard = (client: StreamChat, isSo: () => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (isSo()) resolve()
    }
    client.on('message.new', look)
    look()
  })

/** Resolves with the next event of this type. */
export const next = (source: StreamChat | Channel, type: EventTypes) =>
  new Promise<Event>((resolve) => {
    const { unsubscribe } = source.on(type, (event) => {
      unsubscribe()
      resolve(event)
    })
  })
