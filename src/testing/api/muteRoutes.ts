import type { ApiCall, Backend } from './apiCall.js'
import { notAllowed } from '../chat/permissions.js'
import { unreadTotals } from '../chat/reads.js'
import { asTexts } from '../wire/json.js'
import { ApiError } from '../wire/wire.js'

/** Routes by which users mute others. A mute hides nothing here: the client leaves out who is muted. */
export function createMuteRoutes({
  users,
  channels,
  audience,
}: Pick<Backend, 'users' | 'channels' | 'audience'>) {
  const me = (userId: string) => ({
    ...users.own(userId),
    ...unreadTotals(channels.all(), userId),
  })

  /** Targets of a call, and those of them whom nobody knows. */
  function readTargets({ caller, body }: ApiCall, action: string) {
    const owner = body['user_id'] ?? caller.userId
    if (owner !== caller.userId) throw notAllowed(caller, action)
    const { target_id: one, target_ids: several } = body
    const ids = [...asTexts(several), ...(typeof one === 'string' && one ? [one] : [])]
    if (ids.length === 0) throw new ApiError(4, `${action} needs target_id`)
    if (ids.includes(caller.userId)) throw new ApiError(4, `${action}: nobody is their own target`)
    const unknown = ids.filter((id) => !users.has(id))
    return {
      targets: ids.filter((id) => users.has(id)),
      more: unknown.length > 0 ? { non_existing_users: unknown } : {},
    }
  }

  const tell = (userId: string) =>
    audience.toEveryDevice(userId, 'notification.mutes_updated', { me: me(userId) })

  function mute(call: ApiCall) {
    const { userId } = call.caller
    const { targets, more } = readTargets(call, 'MuteUser')
    const { timeout } = call.body
    if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0)) {
      throw new ApiError(4, 'MuteUser failed with error: "timeout must be a number of minutes"')
    }
    // A timeout of 0 is none.
    const lifeMs = timeout ? timeout * 60_000 : Infinity
    for (const target of targets) users.mute(userId, target, lifeMs)
    if (targets.length > 0) tell(userId)
    const made = users.mutesOf(userId).filter(({ target }) => targets.includes(target.id))
    return { mute: made[0], mutes: made, own_user: me(userId), ...more }
  }

  function unmute(call: ApiCall) {
    const { userId } = call.caller
    const { targets, more } = readTargets(call, 'UnmuteUser')
    for (const target of targets) users.unmute(userId, target)
    if (targets.length > 0) tell(userId)
    return more
  }

  return { 'POST moderation/mute': mute, 'POST moderation/unmute': unmute }
}
