import { channelState, matchesFilter } from './channelAnswers.js'
import type { Channel, Channels } from './channels.js'
import type { Counters } from './counters.js'
import type { Sockets } from './sockets.js'
import type { Caller, Tokens } from './tokens.js'
import type { BackendUser, Users } from './users.js'
import { ApiError } from './wire.js'

type Json = Record<string, unknown>

/** One authenticated request, read. */
export interface ApiCall {
  readonly method: string
  /** The path without its query, each part decoded. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  /** The body; of a GET, the `payload` in its query. */
  readonly body: Json
  readonly caller: Caller
}

export interface RoutesOptions {
  readonly users: Users
  readonly channels: Channels
  readonly sockets: Sockets
  readonly tokens: Tokens
  readonly counters: Counters
}

/** The REST part of the protocol: what each path answers. */
export function createRoutes({ users, channels, sockets, tokens, counters }: RoutesOptions) {
  function stateOf(channel: Channel, call: ApiCall, messageLimit = 25) {
    const { caller, body, query } = call
    if (body['watch'] === true) {
      sockets.watch(query.get('connection_id'), caller.userId, channel.cid)
    }
    return channelState(channel, {
      userId: caller.userId,
      canPost: channels.canPost(caller, channel),
      watchers: sockets.watchers(channel.cid),
      users,
      messageLimit: body['state'] === false ? 0 : messageLimit,
    })
  }

  function queryChannels(call: ApiCall) {
    const { limit = 30, offset = 0, message_limit: messageLimit = 25 } = call.body
    const found = channels
      .readable(call.caller)
      .filter((channel) => matchesFilter(channel, asJson(call.body['filter_conditions'])))
      .slice(Number(offset), Number(offset) + Number(limit))
    return { channels: found.map((channel) => stateOf(channel, call, Number(messageLimit))) }
  }

  function queryChannel(call: ApiCall, type: string, id: string) {
    const channel = channels.open(call.caller, type, id, asJson(call.body['data']))
    return stateOf(channel, call, Number(asJson(call.body['messages'])['limit'] ?? 25))
  }

  function sendMessage(call: ApiCall, channel: Channel) {
    const message = channels.post(call.caller, channel, asJson(call.body['message']))
    counters.message(call.caller.userId)
    sockets.broadcast(channel.cid, 'message.new', {
      channel_type: channel.type,
      channel_id: channel.id,
      message,
      user: message.user,
    })
    return { message }
  }

  async function createGuest({ body }: ApiCall) {
    const wanted = asJson(body['user'])
    if (typeof wanted['id'] !== 'string' || !wanted['id']) {
      throw new ApiError(4, 'CreateGuest failed with error: "user.id is a required field"')
    }
    const user = users.createGuest(wanted as BackendUser)
    counters.guest()
    return { user, access_token: await tokens.mint(user.id) }
  }

  function channelRoute(call: ApiCall, type: string, id: string, action: string | undefined) {
    const { method, caller, query } = call
    if (method === 'POST' && action === 'query') return queryChannel(call, type, id)
    const channel = channels.open(caller, type, id)
    switch (`${method} ${action ?? ''}`) {
      case 'GET ':
      case 'POST ':
        return stateOf(channel, call)
      case 'GET messages':
        return { messages: channel.messages }
      case 'POST message':
        return sendMessage(call, channel)
      case 'POST stop-watching':
        sockets.unwatch(query.get('connection_id'), channel.cid)
        return {}
      default:
        return null
    }
  }

  function find(call: ApiCall): object | Promise<object> | null {
    const [root, type, id, action, ...rest] = call.path
    if (root === 'channels' && type !== undefined && rest.length === 0) {
      // A channel without an id is known by its members.
      if (id === 'query') return queryChannel(call, type, `!members-${crypto.randomUUID()}`)
      return id === undefined ? null : channelRoute(call, type, id, action)
    }
    if (type !== undefined) return null
    switch (`${call.method} ${root ?? ''}`) {
      case 'GET app':
        return { app: { name: 'Test app' } }
      case 'GET hi':
        return {}
      case 'GET me':
        return { user: users.get(call.caller.userId) }
      case 'GET users':
        return { users: users.list() }
      case 'POST guest':
        return createGuest(call)
      case 'GET channels':
      case 'POST channels':
        return queryChannels(call)
      default:
        return null
    }
  }

  return async (call: ApiCall): Promise<object> => {
    const answer = await find(call)
    if (!answer) throw new ApiError(16, `${call.method} /${call.path.join('/')} does not exist`)
    return { ...answer, duration: '0.00ms' }
  }
}

/** Nothing, rather than a failure, where an object was expected. */
function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
