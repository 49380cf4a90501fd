import { StreamChat, type Channel, type Event } from 'stream-chat'
import { afterEach, beforeEach, expect } from 'vitest'
import type { ChatBackendOptions } from '../../src/testing/backendOptions.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import type { ChatBackend } from '../../src/testing/chatBackend.js'
import { serveBackend, type ServedBackend } from '../support/serveBackend.js'

/** Real `stream-chat` clients of a backend that is served over real HTTP and WebSockets. */
export function serveRealClients(options: ChatBackendOptions = {}) {
  let backend: ChatBackend
  let served: ServedBackend
  const clients: StreamChat[] = []

  beforeEach(async () => {
    backend = createChatBackend(options)
    served = await serveBackend(backend)
  })

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.disconnectUser()))
    backend.dispose()
    await served.close()
  })

  function create() {
    const client = new StreamChat(backend.apiKey, {
      baseURL: served.url,
      allowServerSideConnect: true,
    })
    clients.push(client)
    return client
  }

  return {
    get backend() {
      return backend
    },

    get url() {
      return served.url
    },

    async connect(id: string) {
      const client = create()
      await client.connectUser({ id, name: id }, await backend.createToken(id))
      return client
    },

    async connectGuest() {
      const client = create()
      await client.setGuestUser({ id: 'visitor', name: 'Visitor' })
      return client
    },

    async connectAnonymously() {
      const client = create()
      await client.connectAnonymousUser()
      return client
    },
  }
}

/** The next event of a type that a client, or one of its channels, is told. */
export const nextEvent = (from: StreamChat | Channel, type: string) =>
  new Promise<Event>((resolve) => {
    const { unsubscribe } = from.on(type as never, (event: Event) => {
      unsubscribe()
      resolve(event)
    })
  })

/** The types of all events that come from the server, from now on. */
export function watchEvents(client: StreamChat): readonly string[] {
  const types: string[] = []
  client.on((event) => {
    if (event.type !== 'health.check') types.push(event.type)
  })
  return types
}

export const textsOf = (messages: readonly { text?: string | undefined }[]) =>
  messages.map((message) => message.text)

/** The protocol's code and HTTP status of a refusal. */
export const refusal = (code: number, status: number) =>
  expect.objectContaining({ code, status }) as unknown
