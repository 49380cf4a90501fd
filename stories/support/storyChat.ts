import type {
  ChatAuth,
  ChatAuthOptions,
  ChatUser,
  Connector,
  HttpConnectorOptions,
} from '../../src/index.js'
import { createChatBackend, type ChatBackend, type ChatBackendOptions } from '../../src/testing.js'
import { createEventLog, type EventLog } from './eventLog.js'
import { createStoryNetwork, type StoryNetwork } from './storyNetwork.js'

/** Setup of a story's chat, given as `parameters: chat({ … })`. */
export interface ChatSetup {
  /** The provider's `user`. If left out, `connect` or the story's buttons decide. */
  user?: ChatUser | null
  /** Options of the story's own backend. */
  backend?: Omit<ChatBackendOptions, 'url'>
  /** Called with the story's own backend before a user connects. */
  prepare?: (backend: ChatBackend) => void
  /** Called when the provider is mounted, to connect without a `user` prop. */
  connect?: (auth: ChatAuth) => Promise<unknown>
  /** Called when a session connects for the first time, to cause the state that the story shows. */
  onceConnected?: (chat: StoryChat) => void
  /** Further props of the provider. */
  options?: Partial<ChatAuthOptions>
  connectorOptions?: (backend: ChatBackend) => Partial<HttpConnectorOptions>
  /** Connector to use in place of `httpConnector`. */
  connector?: (backend: ChatBackend) => Connector
}

/** Chat of one story, for its play function and its demo. */
export interface StoryChat {
  readonly setup: ChatSetup
  readonly backend: ChatBackend
  readonly network: StoryNetwork
  readonly events: EventLog
  /** Call with the provider's handle as soon as it exists. */
  attach(auth: ChatAuth): void
  /** Runs the setup's `connect`, once. */
  start(auth: ChatAuth): void
  /** @throws Error before the provider is mounted */
  readonly auth: ChatAuth
}

export const jane: ChatUser = { id: 'jane', name: 'Jane' }
export const bob: ChatUser = { id: 'bob', name: 'Bob' }
export const visitor: ChatUser = { id: 'visitor', name: 'Visitor' }

let made = 0

export function createStoryChat(setup: ChatSetup): StoryChat {
  // A separate host, because a docs page contains the backends of many stories.
  const backend = createChatBackend({ ...setup.backend, url: `https://chat-${++made}.test` })
  setup.prepare?.(backend)
  let attached: ChatAuth | null = null
  let started: ChatAuth | null = null

  const chat: StoryChat = {
    setup,
    backend,
    network: createStoryNetwork(backend),
    events: createEventLog(),
    get auth() {
      if (!attached) throw new Error('The story has no <ChatAuthProvider> yet.')
      return attached
    },
    attach(auth) {
      // StrictMode runs effects twice.
      if (auth === attached) return
      attached = auth
      const stop = auth.subscribe(() => {
        if (auth.getState().status !== 'connected') return
        stop()
        setup.onceConnected?.(chat)
      })
    },
    start(auth) {
      if (auth === started) return
      started = auth
      // The story shows the failure.
      setup.connect?.(auth).catch(() => {})
    },
  }
  return chat
}

/** Records every status of the session from now on, without repetitions. */
export function watchStatuses(auth: ChatAuth): readonly string[] {
  const statuses: string[] = [auth.getState().status]
  auth.subscribe(() => {
    const { status } = auth.getState()
    if (statuses.at(-1) !== status) statuses.push(status)
  })
  return statuses
}
