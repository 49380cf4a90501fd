import type { Answer, ApiCall, Backend } from './apiCall.js'
import { createMuteRoutes } from './muteRoutes.js'
import { notAllowed } from '../chat/permissions.js'
import { unreadReport } from '../chat/reads.js'
import { readDevice } from '../realtime/frames.js'
import { asJson } from '../wire/json.js'
import { ApiError } from '../wire/wire.js'

type Parts = Pick<Backend, 'users' | 'channels' | 'permissions' | 'audience'>

/** Routes of what is a user's own: profile, devices, blocked and muted users, unread counts. */
export function createUserRoutes(backend: Parts) {
  const { users, channels, permissions, audience } = backend

  function blockUser({ caller, body }: ApiCall, isBlocked: boolean) {
    const other = String(body['blocked_user_id'])
    if (isBlocked) users.block(caller.userId, other)
    else users.unblock(caller.userId, other)
    return { blocked_by_user_id: caller.userId, blocked_user_id: other }
  }

  /** Changes the caller's own profile: a client may change no other. */
  function updateUsers({ caller, body }: ApiCall) {
    const updates = (Array.isArray(body['users']) ? body['users'] : []).map(asJson)
    if (updates.length === 0) throw new ApiError(4, 'UpdateUsersPartial needs users')
    for (const { id } of updates) {
      if (id !== caller.userId) throw notAllowed(caller, 'UpdateUser')
    }
    const before = users.get(caller.userId)
    for (const { set, unset } of updates) {
      users.update(caller.userId, asJson(set), Array.isArray(unset) ? unset.map(String) : [])
    }
    const user = users.get(caller.userId)
    if (user !== before) audience.toThoseWhoKnow(caller.userId)
    return { users: { [caller.userId]: user } }
  }

  function addDevice({ caller, body }: ApiCall) {
    const device = readDevice(body)
    if (!device) throw new ApiError(4, 'CreateDevice needs id and push_provider')
    const owner = body['user_id'] ?? caller.userId
    if (owner !== caller.userId) throw notAllowed(caller, 'CreateDevice')
    users.addDevice(caller.userId, device)
    return {}
  }

  function removeDevice({ caller, query }: ApiCall) {
    const id = query.get('id')
    if (!id) throw new ApiError(4, 'DeleteDevice needs id')
    users.removeDevice(caller.userId, id)
    return {}
  }

  const routes: Readonly<Record<string, (call: ApiCall) => Answer>> = {
    'PATCH users': updateUsers,
    'POST users/block': (call) => blockUser(call, true),
    'POST users/unblock': (call) => blockUser(call, false),
    'GET devices': ({ caller }) => ({ devices: users.devicesOf(caller.userId) }),
    'POST devices': addDevice,
    'DELETE devices': removeDevice,
    'GET unread': ({ caller }) => unreadReport(channels.all(), caller.userId),
    ...createMuteRoutes(backend),
  }

  return (call: ApiCall): Answer => {
    const route = `${call.method} ${call.path.join('/')}`
    const answer = Object.hasOwn(routes, route) && routes[route]
    if (!answer) return null
    permissions.mustBeSomeone(call.caller, route)
    return answer(call)
  }
}
