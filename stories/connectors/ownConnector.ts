import { ChatAuthError, createConnectorHttp, createConnectorLine } from 'react-chat-auth/core'
import type { Connector } from 'react-chat-auth/core'
import { readEvents } from './readEvents.js'

const codes = { unknown: 5, expired: 40, early: 41, future: 42, forged: 43 } as const
const refusals = Object.entries(codes).map(([message, code]) => ({ code, message }))
const refusalOf = (word: unknown) => refusals.find(({ message }) => message === word) ?? null

export function ownConnector(baseUrl: string, fetch = globalThis.fetch): Connector<EventTarget> {
  const http = createConnectorHttp({
    baseUrl,
    fetch,
    authorize: ({ headers }, { token }) => headers.set('Authorization', `Bearer ${token}`),
    readError: ({ body: { error } }) =>
      error === 'sign-in-first' ? new ChatAuthError('anonymous-not-allowed') : refusalOf(error),
  })
  return {
    id: `own ${baseUrl}`,
    takeRequest: http.takeRequest,
    createGuest: (user, owner) => http.postJson('/guests', user, owner),
    createConnection(context) {
      const client = new EventTarget()
      let lastId = 0
      const line = createConnectorLine(context, {
        async *connect(credential, signal) {
          const init = { signal, headers: { 'Last-Event-ID': String(lastId) } }
          yield* readEvents(await http.request('/events', init, context, credential))
        },
        readWelcome: ({ user }, { userId }) => (user === null ? { id: userId } : user),
        onMessage(event) {
          if (event.id > lastId) client.dispatchEvent(new CustomEvent('chat', { detail: event }))
          lastId = Math.max(lastId, event.id)
          return refusalOf(event.error)
        },
      })
      return { client, fetch: http.sessionFetch(context), ...line }
    },
  }
}
