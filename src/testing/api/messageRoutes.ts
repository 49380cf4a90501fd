import type { Answer, ApiCall, Backend } from './apiCall.js'
import type { Channel, Message } from '../chat/channel.js'
import { asJson, asTexts } from '../wire/json.js'
import { messageResponse, readContent } from '../chat/messages.js'
import { pageOf } from '../wire/paging.js'
import { reactionResponse, readReaction, type Reaction } from '../chat/reactions.js'
import { ApiError } from '../wire/wire.js'

interface Found {
  readonly channel: Channel
  readonly message: Message
}

/** Routes under `/messages/:id`. */
export function createMessageRoutes({ users, channels, permissions, audience, instant }: Backend) {
  function tell(type: string, { channel, message }: Found, { caller }: ApiCall, more = {}) {
    audience.toWatchers(channel.cid, type, {
      message: messageResponse(message, channel, users, null),
      user: users.get(caller.userId),
      ...more,
    })
    return { message: messageResponse(message, channel, users, caller.userId) }
  }

  function edit(call: ApiCall, found: Found, sent: object) {
    const { message } = found
    permissions.mustOwn(call.caller, message.userId, 'UpdateMessage')
    if (message.deletedAt) throw new ApiError(4, 'UpdateMessage failed with error: "it is deleted"')
    message.content = readContent(asJson(sent), 'UpdateMessage')
    message.updatedAt = message.editedAt = instant()
    return tell('message.updated', found, call)
  }

  /** Updates a message. Anyone who may post may pin; other changes are for the author. */
  function update(call: ApiCall, found: Found) {
    const { channel, message } = found
    const { pinned, pinned_at: _at, pin_expires: _until, ...set } = asJson(call.body['set'])
    const unset = asTexts(call.body['unset'])
    if (typeof pinned === 'boolean') {
      permissions.mustPost(call.caller, channel, 'PinMessage')
      message.updatedAt = instant()
      message.pin = pinned ? { at: message.updatedAt, by: call.caller.userId } : null
      return tell('message.updated', found, call)
    }
    const kept = Object.entries(message.content).filter(([name]) => !unset.includes(name))
    return edit(call, found, { ...Object.fromEntries(kept), ...set })
  }

  function remove(call: ApiCall, found: Found) {
    const { channel, message } = found
    permissions.mustOwn(call.caller, message.userId, 'DeleteMessage')
    const isForGood = call.query.get('hard') === 'true'
    message.deletedAt = message.updatedAt = instant()
    message.pin = null
    if (isForGood) channel.messages.splice(channel.messages.indexOf(message), 1)
    return tell('message.deleted', found, call, { hard_delete: isForGood })
  }

  function react(call: ApiCall, found: Found) {
    const { channel, message } = found
    const { userId } = call.caller
    permissions.mustPost(call.caller, channel, 'CreateReaction')
    const reaction = readReaction(asJson(call.body['reaction']), userId, instant())
    const isOnly = call.body['enforce_unique'] === true
    const isReplaced = (other: Reaction) =>
      other.userId === userId && (isOnly || other.type === reaction.type)
    const wasThere = message.reactions.some(isReplaced)
    message.reactions = [...message.reactions.filter((one) => !isReplaced(one)), reaction]
    return tellReaction(wasThere ? 'updated' : 'new', call, found, reaction)
  }

  function unreact(call: ApiCall, found: Found, type: string) {
    const { userId } = call.caller
    const reaction = found.message.reactions.find((r) => r.userId === userId && r.type === type)
    if (!reaction) throw new ApiError(16, `Can't find a reaction of type ${type}`)
    found.message.reactions = found.message.reactions.filter((one) => one !== reaction)
    return tellReaction('deleted', call, found, reaction)
  }

  function tellReaction(what: string, call: ApiCall, found: Found, made: Reaction) {
    const reaction = reactionResponse(made, found.message.id, users)
    return { ...tell(`reaction.${what}`, found, call, { reaction }), reaction }
  }

  function replies({ caller, query }: ApiCall, { channel, message }: Found) {
    const all = channel.messages.filter((other) => other.parentId === message.id)
    const page = pageOf(all, Object.fromEntries(query))
    return { messages: page.map((one) => messageResponse(one, channel, users, caller.userId)) }
  }

  function reactions({ body, query }: ApiCall, { message }: Found) {
    const { limit = query.get('limit') ?? 25, filter } = body
    const type = asJson(filter)['type']
    const wanted = message.reactions.filter((one) => type === undefined || one.type === type)
    const page = wanted.toReversed().slice(0, Number(limit))
    return { reactions: page.map((one) => reactionResponse(one, message.id, users)) }
  }

  return (call: ApiCall): Answer => {
    const [, id, action = '', type, ...rest] = call.path
    if (id === undefined || rest.length > 0) return null
    const found = channels.openMessage(call.caller, id)
    if (type !== undefined) {
      return `${call.method} ${action}` === 'DELETE reaction' ? unreact(call, found, type) : null
    }
    switch (`${call.method} ${action}`) {
      case 'GET ':
        return { message: messageResponse(found.message, found.channel, users, call.caller.userId) }
      case 'POST ':
        return edit(call, found, asJson(call.body['message']))
      case 'PUT ':
        return update(call, found)
      case 'DELETE ':
        return remove(call, found)
      case 'POST reaction':
        return react(call, found)
      case 'GET reactions':
      case 'POST reactions':
        return reactions(call, found)
      case 'GET replies':
        return replies(call, found)
      default:
        return null
    }
  }
}
