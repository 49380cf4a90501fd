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

/** What one story needs of its chat: given as `parameters: chat({ … })`. */
export interface ChatSetup {
  /** The provider's `user`. Left out, nobody is declared: `connect` or the story's buttons decide. */
  user?: ChatUser | null
  /** How the story's own backend is made. */
  backend?: Omit<ChatBackendOptions, 'url'>
  /** Called with the story's own backend before anyone connects. */
  prepare?: (backend: ChatBackend) => void
  /** Called when the provider is mounted, for those whom no `user` prop connects. */
  connect?: (auth: ChatAuth) => Promise<void>
  /** Called when a session is connected for the first time: what the story shows comes after that. */
  onceConnected?: (chat: StoryChat) => void
  /** Further props of the provider. */
  options?: Partial<ChatAuthOptions>
  connectorOptions?: (backend: ChatBackend) => Partial<HttpConnectorOptions>
  /** Another connector than `httpConnector`. */
  connector?: (backend: ChatBackend) => Connector
}

/** One story's chat: everything that its play function and its demo may look at. */
export interface StoryChat {
  readonly setup: ChatSetup
  readonly backend: ChatBackend
  readonly network: StoryNetwork
  readonly events: EventLog
  /** Told of the provider's handle as soon as it is there. */
  attach(auth: ChatAuth): void
  /** Lets the setup's `connect` do its work, once. */
  start(auth: ChatAuth): void
  /** @throws Error before the provider is mounted */
  readonly auth: ChatAuth
}

export const jane: ChatUser = { id: 'jane', name: 'Jane' }
export const bob: ChatUser = { id: 'bob', name: 'Bob' }
export const visitor: ChatUser = { id: 'visitor', name: 'Visitor' }

let made = 0

export function createStoryChat(setup: ChatSetup): StoryChat {
  // A host of its own: a docs page has the backends of many stories in one page.
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
      // A failure is what the story shows.
      setup.connect?.(auth).catch(() => {})
    },
  }
  return chat
}

/** Every status that the session has from now on, without repetitions. */
export function watchStatuses(auth: ChatAuth): readonly string[] {
  const statuses: string[] = [auth.getState().status]
  auth.subscribe(() => {
    const { status } = auth.getState()
    if (statuses.at(-1) !== status) statuses.push(status)
  })
  return statuses
}
