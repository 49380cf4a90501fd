import type { ChatBackend } from './chatBackend.js'
import { checkBackendOptions, type ChatBackendOptions } from './backendOptions.js'
import { createAudience } from './realtime/audience.js'
import { createBackendFetch } from './api/backendFetch.js'
import { createBackendWebSocket } from './realtime/backendWebSocket.js'
import { createChannels, type BackendChannel } from './chat/channels.js'
import { createCounters } from './controls/counters.js'
import { noFaults, type Faults } from './controls/faults.js'
import { createHttpApi } from './api/httpApi.js'
import { createInstants } from './controls/instants.js'
import { backendMessage } from './chat/messages.js'
import { createPermissions } from './chat/permissions.js'
import { unreadTotals } from './chat/reads.js'
import { createRoutes } from './api/routes.js'
import { createLongPolling } from './realtime/longPolling.js'
import { createSockets, type SocketExpiry, type SocketPeer } from './realtime/sockets.js'
import { createTimers } from './controls/timers.js'
import { createTokenEndpoint } from './tokens/tokenEndpoint.js'
import { createTokens } from './tokens/tokens.js'
import { createUploads } from './api/uploads.js'
import { createUsers, type BackendUser } from './chat/users.js'
import { preflightResponse, UnreachableError } from './wire/wire.js'

const defaultUsers: readonly BackendUser[] = [
  { id: 'jane', name: 'Jane' },
  { id: 'bob', name: 'Bob' },
]

const defaultChannels: readonly BackendChannel[] = [
  {
    type: 'livestream',
    id: 'town-hall',
    name: 'Town hall',
    messages: [{ userId: 'bob', text: 'Welcome, everyone.' }],
  },
  {
    type: 'messaging',
    id: 'team',
    name: 'Team',
    messages: [{ userId: 'jane', text: 'Lunch at noon?' }],
  },
]

/** Creates an in-memory chat backend. Call its `dispose` at the end. */
export function createChatBackend(options: ChatBackendOptions = {}): ChatBackend {
  checkBackendOptions(options)
  const {
    apiKey = 'test-key',
    secret = 'a-test-secret-that-is-long-enough-for-hs256',
    url = 'https://chat.test',
    authChecks = true,
  } = options
  const timers = createTimers(options.clock)
  const now = () => timers.now()
  const faults: Faults = { ...noFaults }
  let socketExpiry: SocketExpiry = 'error-event'
  let clockSkewMs = 0
  let disposed = false
  const serverNow = () => now() + clockSkewMs

  const counters = createCounters()
  const users = createUsers(options.users ?? defaultUsers, now)
  const instant = createInstants(now)
  const permissions = createPermissions(options.guests ?? {})
  const initial = options.channels ?? defaultChannels
  const channels = createChannels({ initial, permissions, users, instant })
  const audience = createAudience({ users, instant })
  const uploads = createUploads()
  const tokens = createTokens({ apiKey, secret, authChecks, faults, now, serverNow, counters })
  const sockets = createSockets({
    faults,
    timers,
    tokens,
    users,
    audience,
    counters,
    unread: (userId) => unreadTotals(channels.all(), userId),
    instant,
    serverNow,
    expiry: () => socketExpiry,
  })
  const tokenEndpoint = createTokenEndpoint({ url, tokens, timers, counters })
  const api = createHttpApi({
    faults,
    timers,
    tokens,
    counters,
    answer: createRoutes({
      users,
      channels,
      permissions,
      audience,
      uploads,
      tokens,
      counters,
      instant,
    }),
  })
  const review = () => timers.work(() => sockets.review())

  function handle(request: Request, signal = request.signal): Promise<Response> {
    return timers.work(async () => {
      if (disposed) throw new UnreachableError('the backend was disposed of')
      if (request.method === 'OPTIONS') return preflightResponse(request)
      if (longPolling.isFor(request) && !faults.down) return longPolling.serve(request, signal)
      if (uploads.isFor(request) && !faults.down) return uploads.serve(request)
      return new URL(request.url).pathname === tokenEndpoint.endpoint.path
        ? tokenEndpoint.handle(request, signal)
        : api(request, signal)
    })
  }

  const accept = (socketUrl: string, peer: SocketPeer) =>
    disposed ? null : sockets.accept(socketUrl, peer)

  const longPolling = createLongPolling({ faults, timers, tokens, accept })

  return {
    apiKey,
    url,
    fetch: createBackendFetch({ url, handle }),
    WebSocket: createBackendWebSocket({ url, timers, accept }),
    tokenEndpoint: tokenEndpoint.endpoint,
    faults,
    handle,
    accept,
    subscribe: counters.subscribe,

    get socketExpiry() {
      return socketExpiry
    },
    set socketExpiry(value) {
      socketExpiry = value
    },
    get secret() {
      return tokens.secret
    },
    set secret(value) {
      tokens.secret = value
      void review()
    },
    get clockSkewMs() {
      return clockSkewMs
    },
    set clockSkewMs(value) {
      clockSkewMs = value
      void review()
    },
    get counters() {
      return counters.counters
    },
    get requests() {
      return counters.log
    },

    messages: (cid) => (channels.get(cid)?.messages ?? []).map(backendMessage),

    createToken: (userId, tokenOptions) => timers.work(() => tokens.mint(userId, tokenOptions)),

    expireToken(userId) {
      tokens.expire(userId)
      return review()
    },
    revokeTokens(userId, before) {
      tokens.revoke(userId, before)
      return review()
    },
    revokeAllTokens(before) {
      tokens.revokeAll(before)
      return review()
    },

    dropConnections: (how = 'abnormal', userId) => sockets.dropAll(how, userId),

    reset() {
      sockets.dropAll('abnormal')
      timers.clear()
      Object.assign(faults, noFaults)
      socketExpiry = 'error-event'
      clockSkewMs = 0
      tokenEndpoint.reset()
      tokens.reset()
      users.reset()
      channels.reset()
      uploads.reset()
      counters.reset()
    },

    dispose() {
      disposed = true
      sockets.dropAll('abnormal')
      timers.clear()
      counters.clearListeners()
    },
  }
}
