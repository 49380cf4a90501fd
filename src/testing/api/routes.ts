import type { Answer, ApiCall, Backend } from './apiCall.js'
import { memberResponse } from '../chat/channelAnswers.js'
import { createChannelRoutes } from './channelRoutes.js'
import { createEventRoutes } from './eventRoutes.js'
import { matchesFilter, sortBy } from '../wire/filters.js'
import { asJson, type Json } from '../wire/json.js'
import { createMessageRoutes } from './messageRoutes.js'
import { createThreadRoutes } from './threadRoutes.js'
import { notAllowed } from '../chat/permissions.js'
import type { BackendUser } from '../chat/users.js'
import { createUserRoutes } from './userRoutes.js'
import { ApiError } from '../wire/wire.js'

/** Routes of the protocol's REST API. */
export function createRoutes(backend: Backend) {
  const { users, channels, tokens, counters } = backend
  const channelRoutes = createChannelRoutes(backend)
  const messageRoutes = createMessageRoutes(backend)
  const threadRoutes = createThreadRoutes(backend)
  const userRoutes = createUserRoutes(backend)
  const events = createEventRoutes(backend)

  async function createGuest({ body }: ApiCall) {
    const wanted = asJson(body['user'])
    if (typeof wanted['id'] !== 'string' || !wanted['id']) {
      throw new ApiError(4, 'CreateGuest failed with error: "user.id is a required field"')
    }
    const user = users.createGuest(wanted as BackendUser)
    counters.guest()
    return { user, access_token: await tokens.mint(user.id) }
  }

  /** Filters, sorts and pages items by a query. */
  function select<T>(items: readonly T[], body: Json, recordOf: (item: T) => Json): T[] {
    const { filter_conditions, sort, limit = 30, offset = 0 } = body
    const found = items.filter((item) => matchesFilter(recordOf(item), asJson(filter_conditions)))
    return sortBy(found, sort, recordOf).slice(Number(offset), Number(offset) + Number(limit))
  }

  function queryMembers({ caller, body }: ApiCall) {
    const channel = channels.open(caller, String(body['type']), String(body['id']))
    const members = (channel.members ?? []).map((id) => memberResponse(channel, id, users))
    const recordOf = ({ user, ...member }: (typeof members)[number]) => ({
      ...member,
      id: user.id,
      name: user.name,
    })
    return { members: select(members, body, recordOf) }
  }

  function find(call: ApiCall): Answer {
    const [root, ...rest] = call.path
    if (call.caller.kind === 'server') return events.fromServer(call)
    if (call.method === 'POST' && root === 'users' && rest.length === 2 && rest[1] === 'event') {
      throw notAllowed(call.caller, 'SendUserCustomEvent')
    }
    if (root === 'channels') return channelRoutes(call)
    if (root === 'messages') return messageRoutes(call)
    if (root === 'threads') return threadRoutes(call)
    switch (`${call.method} ${[root, ...rest].join('/')}`) {
      case 'GET app':
        return { app: { name: 'Test app' } }
      case 'GET hi':
        return {}
      case 'GET me':
        return { user: users.get(call.caller.userId) }
      case 'GET users':
        return { users: select(users.list(), call.body, (user) => ({ ...user })) }
      case 'GET members':
        return queryMembers(call)
      case 'POST guest':
        return createGuest(call)
      default:
        return userRoutes(call)
    }
  }

  return async (call: ApiCall): Promise<object> => {
    const answer = await find(call)
    if (!answer) throw new ApiError(16, `${call.method} /${call.path.join('/')} does not exist`)
    return { ...answer, duration: '0.00ms' }
  }
}
