import type { Channel, Message } from './channel.js'
import { asTexts, without, type Json } from '../wire/json.js'
import { reactionFields } from './reactions.js'
import type { Users } from './users.js'
import { ApiError } from '../wire/wire.js'

/** Message as returned to tests by `backend.messages('messaging:team')`. */
export interface BackendMessage {
  readonly id: string
  /** Id of the user whose token sent the message. */
  readonly userId: string
  readonly text: string
  /** Id of the parent message for a reply in a thread, or null. */
  readonly parentId: string | null
  readonly createdAt: Date
  readonly isDeleted: boolean
}

/** Fields that only the backend sets, whatever a client sends. */
const decidedHere = new Set(
  [
    ['id', 'cid', 'type', 'html', 'user', 'user_id', 'channel', 'parent_id', 'quoted_message'],
    ['created_at', 'updated_at', 'deleted_at', 'message_text_updated_at', 'shadowed', 'i18n'],
    ['reply_count', 'deleted_reply_count', 'thread_participants', 'own_reactions'],
    ['latest_reactions', 'reaction_counts', 'reaction_scores', 'reaction_groups'],
    ['pinned', 'pinned_at', 'pinned_by', 'pin_expires'],
  ].flat(),
)

/** Reads the author's fields; a message needs a text or an attachment. */
export function readContent(message: Json, action: string): Json {
  const { attachments, text = Array.isArray(attachments) && attachments[0] ? '' : null } = message
  if (typeof text !== 'string') {
    throw new ApiError(4, `${action} failed with error: "message.text must be a string"`)
  }
  return { ...without(decidedHere, message), text }
}

/** Whether a message is in the channel's list, not only in a thread. */
export const isInChannel = ({ parentId, content }: Message) =>
  parentId === null || content['show_in_channel'] === true

export function backendMessage(message: Message): BackendMessage {
  const { id, userId, content, parentId, createdAt, deletedAt } = message
  const text = String(content['text'])
  return { id, userId, text, parentId, createdAt: new Date(createdAt), isDeleted: !!deletedAt }
}

/** Message as sent on the wire; `viewerId` is null for several recipients. */
export function messageResponse(
  message: Message,
  channel: Channel,
  users: Users,
  viewerId: string | null,
): Json & { readonly id: string } {
  const { id, userId, parentId, content, createdAt, updatedAt, editedAt, deletedAt, pin } = message
  const replies = channel.messages.filter((other) => other.parentId === id && !other.deletedAt)
  const quoted = channel.messages.find((other) => other.id === content['quoted_message_id'])
  const text = deletedAt ? '' : String(content['text'])
  const mentioned = asTexts(content['mentioned_users'])
  return {
    attachments: [],
    ...(deletedAt ? {} : content),
    id,
    cid: channel.cid,
    type: deletedAt ? 'deleted' : parentId ? 'reply' : 'regular',
    text,
    html: `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>\n`,
    user: users.get(userId),
    mentioned_users: users.list().filter((user) => mentioned.includes(user.id)),
    ...(parentId === null ? {} : { parent_id: parentId }),
    ...(quoted
      ? { quoted_message: messageResponse(quotedAlone(quoted), channel, users, viewerId) }
      : {}),
    ...reactionFields(message.reactions, id, users, viewerId),
    reply_count: replies.length,
    thread_participants: [...new Set(replies.map((reply) => reply.userId))].map(users.get),
    pinned: pin !== null,
    pinned_at: pin?.at ?? null,
    pinned_by: pin ? users.get(pin.by) : null,
    created_at: createdAt,
    updated_at: updatedAt,
    ...(editedAt === null ? {} : { message_text_updated_at: editedAt }),
    ...(deletedAt === null ? {} : { deleted_at: deletedAt }),
  }
}

/** Removes a quoted message's own quote, because two messages that quote each other would recurse. */
const quotedAlone = (message: Message): Message => ({
  ...message,
  content: without(new Set(['quoted_message_id']), message.content),
})
