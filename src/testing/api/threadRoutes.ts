import type { Answer, ApiCall, Backend } from './apiCall.js'
import type { Channel, Message } from '../chat/channel.js'
import { channelResponse } from '../chat/channelAnswers.js'
import { messageResponse } from '../chat/messages.js'
import { pageOf } from '../wire/paging.js'

/** `/threads`: the messages that were replied to, in the channels that the caller may read. */
export function createThreadRoutes({ users, channels, audience }: Backend) {
  function respond(channel: Channel, parent: Message, call: ApiCall, replyLimit: unknown) {
    const { userId } = call.caller
    const replies = channel.messages.filter(({ parentId }) => parentId === parent.id)
    const asMessage = (message: Message) => messageResponse(message, channel, users, userId)
    const people = [...new Set(replies.map((reply) => reply.userId))]
    return {
      parent_message_id: parent.id,
      parent_message: asMessage(parent),
      channel_cid: channel.cid,
      channel: channelResponse(channel),
      title: '',
      created_at: parent.createdAt,
      updated_at: replies.at(-1)?.createdAt ?? parent.updatedAt,
      reply_count: replies.length,
      latest_replies: pageOf(replies, { limit: replyLimit }).map(asMessage),
      thread_participants: people.map((id) => ({ user_id: id, user: users.get(id) })),
      read: [],
    }
  }

  function watch({ caller, query }: ApiCall, wanted: unknown, { cid }: Channel) {
    if (String(wanted) === 'true') audience.watch(query.get('connection_id'), caller.userId, cid)
  }

  function list(call: ApiCall) {
    const { limit = 10, reply_limit = 3 } = call.body
    const found = channels.readable(call.caller).flatMap((channel) => {
      const parents = new Set(channel.messages.map(({ parentId }) => parentId))
      return channel.messages.filter(({ id }) => parents.has(id)).map((p) => ({ channel, p }))
    })
    const page = found.slice(0, Number(limit))
    for (const { channel } of page) watch(call, call.body['watch'], channel)
    return { threads: page.map(({ channel, p }) => respond(channel, p, call, reply_limit)) }
  }

  function one(call: ApiCall, id: string) {
    const { channel, message } = channels.openMessage(call.caller, id)
    watch(call, call.query.get('watch'), channel)
    return { thread: respond(channel, message, call, call.query.get('reply_limit') ?? 3) }
  }

  return (call: ApiCall): Answer => {
    const [, id, ...rest] = call.path
    if (rest.length > 0) return null
    if (id === undefined) return call.method === 'POST' ? list(call) : null
    return call.method === 'GET' ? one(call, id) : null
  }
}
