import type { ApiCall, Backend } from './apiCall.js'
import type { Channel } from '../chat/channel.js'
import { asJson, without, type Json } from '../wire/json.js'
import { notAllowed } from '../chat/permissions.js'
import { ApiError } from '../wire/wire.js'

/** Event types reserved for the backend, which are refused from a client. */
const tellsOfOthers = /^(?:channel|member|message|notification|reaction|user)\./

/** Fields that the backend sets on an event, in place of the sender's. */
const decidedHere = new Set(['cid', 'channel_id', 'channel_type', 'created_at', 'type', 'user'])

/** Routes of `POST …/event`: events that clients and servers send through the backend. */
export function createEventRoutes({ users, channels, permissions, audience, instant }: Backend) {
  /** Passes on a client's typing event. */
  function sendTyping({ caller, body }: ApiCall, channel: Channel) {
    const { type, parent_id } = asJson(body['event'])
    permissions.mustPost(caller, channel, 'SendTypingEvent')
    const more = { user: users.get(caller.userId), parent_id }
    audience.toWatchers(channel.cid, String(type), more, caller.userId)
    return { event: { type, cid: channel.cid, created_at: instant(), ...more } }
  }

  function sendCustom(event: Json, channel: Channel, senderId: string) {
    const { type, fields } = readCustom(event, 'SendEvent')
    const more = { ...fields, user: users.get(senderId) }
    audience.toWatchers(channel.cid, type, more)
    return { event: { ...more, type, cid: channel.cid, created_at: instant() } }
  }

  return {
    /** Sends a reader's event, of any other type, to all watchers of the channel. */
    inChannel(call: ApiCall, channel: Channel) {
      const event = asJson(call.body['event'])
      const { type } = event
      if (type === 'typing.start' || type === 'typing.stop') return sendTyping(call, channel)
      permissions.mustBeSomeone(call.caller, 'SendCustomEvent')
      return sendCustom(event, channel, call.caller.userId)
    },

    /** Sends an event of the app's server, which names the sender of a channel event. */
    fromServer({ body, path, method }: ApiCall) {
      const event = asJson(body['event'])
      const [root, id = '', second, third, ...rest] = path
      if (method === 'POST' && root === 'users' && second === 'event' && third === undefined) {
        if (!users.list().some((user) => user.id === id)) throw new ApiError(16, `no user ${id}`)
        const { type, fields } = readCustom(event, 'SendUserCustomEvent')
        audience.toEveryDevice(id, type, fields)
        return {}
      }
      if (method === 'POST' && root === 'channels' && third === 'event' && rest.length === 0) {
        const channel = channels.get(`${id}:${second}`)
        if (!channel) throw new ApiError(16, `Can't find channel ${id}:${second}`)
        const senderId = event['user_id'] ?? asJson(event['user'])['id']
        if (typeof senderId === 'string') return sendCustom(event, channel, senderId)
        throw new ApiError(4, 'SendEvent failed with error: "either user or user_id is required"')
      }
      throw notAllowed(
        { userId: 'server', kind: 'server', expiresAtMs: Infinity },
        `${method} ${root}`,
      )
    },
  }
}

function readCustom(event: Json, action: string) {
  const { type } = event
  if (typeof type === 'string' && type !== '' && !tellsOfOthers.test(type)) {
    return { type, fields: without(decidedHere, event) }
  }
  throw new ApiError(4, `${action} failed with error: "${String(type)} is not a valid event type"`)
}
