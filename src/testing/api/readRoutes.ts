import type { Answer, ApiCall, Backend } from './apiCall.js'
import type { Channel } from '../chat/channel.js'
import { asJson } from '../wire/json.js'
import { markDelivered, markRead, markUnread, unreadCount, unreadTotals } from '../chat/reads.js'

/** Routes that mark messages as read, unread or delivered. */
export function createReadRoutes({ users, channels, permissions, audience, instant }: Backend) {
  /** Tells all the reader's devices, including those that do not watch the channel. */
  function tellReader(channel: Channel, userId: string, type: string, more: object) {
    const totals = unreadTotals(channels.all(), userId)
    audience.toUser(channel.cid, userId, type, { user: users.get(userId), ...totals, ...more })
  }

  function read(channel: Channel, userId: string, threadId?: unknown) {
    const at = instant()
    const user = users.get(userId)
    if (threadId !== undefined) {
      // Reading a thread does not mark the channel as read.
      const thread = { parent_message_id: threadId, channel_cid: channel.cid }
      audience.toWatchers(channel.cid, 'message.read', { user, created_at: at, thread })
      return { type: 'message.read', cid: channel.cid, user, created_at: at, thread }
    }
    const { lastReadMessageId } = markRead(channel, userId, at)
    const more = { user, created_at: at, last_read_message_id: lastReadMessageId }
    audience.toWatchers(channel.cid, 'message.read', more)
    tellReader(channel, userId, 'notification.mark_read', more)
    return { type: 'message.read', cid: channel.cid, ...more }
  }

  function unread({ caller, body }: ApiCall, channel: Channel) {
    const state = markUnread(channel, caller.userId, body['message_id'])
    tellReader(channel, caller.userId, 'notification.mark_unread', {
      first_unread_message_id: body['message_id'],
      last_read_at: state.lastRead,
      last_read_message_id: state.lastReadMessageId,
      unread_messages: unreadCount(channel, caller.userId),
    })
    return {}
  }

  function readAll({ caller, body }: ApiCall) {
    const named = Object.keys(asJson(body['read_by_channel']))
    for (const channel of channels.readable(caller)) {
      if (named.length === 0 || named.includes(channel.cid)) read(channel, caller.userId)
    }
    return {}
  }

  function delivered({ caller, body }: ApiCall) {
    const list = body['latest_delivered_messages']
    for (const { cid, id } of (Array.isArray(list) ? list : []).map(asJson)) {
      const channel = channels.readable(caller).find((one) => one.cid === cid)
      const message = channel?.messages.find((one) => one.id === id)
      const at = instant()
      if (!channel || !message || !markDelivered(channel, caller.userId, message, at)) continue
      audience.toWatchers(channel.cid, 'message.delivered', {
        user: users.get(caller.userId),
        created_at: at,
        last_delivered_at: at,
        last_delivered_message_id: message.id,
      })
    }
    return {}
  }

  return {
    inChannel(call: ApiCall, channel: Channel, action: string): Answer {
      const route = `${call.method} ${action}`
      if (route !== 'POST read' && route !== 'POST unread') return null
      permissions.mustBeSomeone(call.caller, 'ReadEvents')
      if (action === 'unread') return unread(call, channel)
      return { event: read(channel, call.caller.userId, call.body['thread_id']) }
    },

    acrossChannels(call: ApiCall, action: string): Answer {
      const route = `${call.method} ${action}`
      if (route !== 'POST read' && route !== 'POST delivered') return null
      permissions.mustBeSomeone(call.caller, 'ReadEvents')
      return action === 'read' ? readAll(call) : delivered(call)
    },
  }
}
