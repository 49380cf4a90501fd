import type { Answer, ApiCall, Backend } from './apiCall.js'
import {
  channelRecord,
  channelResponse,
  channelState,
  memberResponse,
} from '../chat/channelAnswers.js'
import type { Channel } from '../chat/channel.js'
import { matchesFilter, sortBy } from '../wire/filters.js'
import { createDraftRoutes } from './draftRoutes.js'
import { createEventRoutes } from './eventRoutes.js'
import { asJson, type Json } from '../wire/json.js'
import { isInChannel, messageResponse } from '../chat/messages.js'
import { createReadRoutes } from './readRoutes.js'
import { ApiError } from '../wire/wire.js'

/** Routes under `/channels`. */
export function createChannelRoutes(backend: Backend) {
  const { users, channels, permissions, audience, uploads, counters, instant } = backend
  const reads = createReadRoutes(backend)
  const events = createEventRoutes(backend)
  const drafts = createDraftRoutes(backend)

  function stateOf(channel: Channel, { caller, body, query }: ApiCall, page: Json) {
    const connectionId = query.get('connection_id')
    if (body['watch'] === true) audience.watch(connectionId, caller.userId, channel.cid)
    if (body['presence'] === true) {
      audience.watchPresence(connectionId, caller.userId, channel.members ?? [])
    }
    const watchers = audience.watchers(channel.cid)
    return channelState(channel, {
      caller,
      permissions,
      watchers,
      users,
      page: body['state'] === false ? { limit: 0 } : page,
    })
  }

  function queryChannels(call: ApiCall) {
    const { limit = 30, offset = 0, message_limit = 25, filter_conditions, sort } = call.body
    const recordOf = (channel: Channel) => channelRecord(channel, call.caller, users)
    const found = channels
      .readable(call.caller)
      .filter((channel) => matchesFilter(recordOf(channel), asJson(filter_conditions)))
    const page = sortBy(found, sort, recordOf).slice(Number(offset), Number(offset) + Number(limit))
    return { channels: page.map((channel) => stateOf(channel, call, { limit: message_limit })) }
  }

  function queryChannel(call: ApiCall, type: string, id: string | null) {
    const { caller, body } = call
    const data = asJson(body['data'])
    const before = channels.all().length
    const channel =
      id === null
        ? channels.openByMembers(caller, type, data)
        : channels.open(caller, type, id, data)
    if (channels.all().length > before) {
      const others = (channel.members ?? []).filter((member) => member !== caller.userId)
      const more = { channel: channelResponse(channel) }
      audience.toOthers(channel.cid, others, 'notification.added_to_channel', more)
    }
    return stateOf(channel, call, asJson(body['messages']))
  }

  function sendMessage({ caller, body }: ApiCall, channel: Channel) {
    const message = channels.post(caller, channel, asJson(body['message']))
    counters.message(caller.userId)
    const respond = (viewerId: string | null) => messageResponse(message, channel, users, viewerId)
    const more = { message: respond(null), user: users.get(caller.userId) }
    audience.toWatchers(channel.cid, 'message.new', more)
    if (isInChannel(message)) {
      const told = { ...more, channel: channelResponse(channel) }
      audience.toOthers(channel.cid, channel.members ?? [], 'notification.message_new', told)
    }
    const parent = channel.messages.find((other) => other.id === message.parentId)
    if (parent) {
      // Watchers need the parent's new reply count.
      const updated = messageResponse(parent, channel, users, null)
      audience.toWatchers(channel.cid, 'message.updated', { message: updated })
    }
    return { message: respond(caller.userId) }
  }

  function upload({ caller, file, origin }: ApiCall, channel: Channel) {
    permissions.mustPost(caller, channel, 'UploadAttachment')
    if (!file) throw new ApiError(4, 'UploadAttachment failed with error: "file is required"')
    return { file: uploads.add(caller, file, origin) }
  }

  function removeUpload({ caller, query }: ApiCall) {
    if (!uploads.remove(caller, query.get('url') ?? '')) throw new ApiError(16, 'no such file')
    return {}
  }

  function updateMembership({ caller, body }: ApiCall, channel: Channel) {
    if (!channel.members?.includes(caller.userId)) throw new ApiError(16, 'no such member')
    const set = asJson(body['set'])
    const membership: Record<string, unknown> = { ...channel.memberships.get(caller.userId) }
    for (const name of ['pinned', 'archived']) {
      if (name in set) membership[`${name}_at`] = set[name] === true ? instant() : null
    }
    channel.memberships.set(caller.userId, membership)
    const member = memberResponse(channel, caller.userId, users)
    audience.toUser(channel.cid, caller.userId, 'member.updated', { member, user: member.user })
    return { channel_member: member }
  }

  function messagesOf({ caller, query }: ApiCall, channel: Channel) {
    const ids = query.get('ids')?.split(',')
    const wanted = ids ? channel.messages.filter(({ id }) => ids.includes(id)) : channel.messages
    return { messages: wanted.map((one) => messageResponse(one, channel, users, caller.userId)) }
  }

  function channelRoute(call: ApiCall, type: string, id: string, action: string): Answer {
    if (call.method === 'POST' && action === 'query') return queryChannel(call, type, id)
    const channel = channels.open(call.caller, type, id)
    if (action === 'draft') return drafts(call, channel)
    switch (`${call.method} ${action}`) {
      case 'GET ':
      case 'POST ':
        return stateOf(channel, call, {})
      case 'GET messages':
        return messagesOf(call, channel)
      case 'POST message':
        return sendMessage(call, channel)
      case 'POST event':
        return events.inChannel(call, channel)
      case 'POST image':
      case 'POST file':
        return upload(call, channel)
      case 'DELETE image':
      case 'DELETE file':
        return removeUpload(call)
      case 'PATCH member':
        return updateMembership(call, channel)
      case 'POST stop-watching':
        audience.unwatch(call.query.get('connection_id'), call.caller.userId, channel.cid)
        return {}
      default:
        return reads.inChannel(call, channel, action)
    }
  }

  return (call: ApiCall): Answer => {
    const [, type, id, action = '', ...rest] = call.path
    if (type === undefined) return queryChannels(call)
    if (id === undefined) return reads.acrossChannels(call, type)
    // A channel without an id is identified by its members.
    if (id === 'query' && !action) return queryChannel(call, type, null)
    const isOwnMember = action === 'member' && rest[0] === call.caller.userId
    return rest.length === 0 || isOwnMember ? channelRoute(call, type, id, action) : null
  }
}
