import type { Json } from '../wire/json.js'
import type { Reaction } from './reactions.js'
import type { WireUser } from './users.js'

export type ChannelType = 'livestream' | 'messaging'

/** A channel with all that was written in it. */
export interface Channel {
  readonly type: ChannelType
  readonly id: string
  readonly cid: string
  readonly data: Json
  readonly createdBy: WireUser
  readonly createdAt: string
  /** Ids of the members; null for an open channel. */
  readonly members: readonly string[] | null
  /** All messages, including threads, oldest first. */
  readonly messages: Message[]
  readonly reads: Map<string, ReadState>
  /** Members' own settings: when they pinned or archived the channel. */
  readonly memberships: Map<string, Json>
}

/** Message as stored; further fields of the wire are computed per answer. */
export interface Message {
  readonly id: string
  readonly userId: string
  /** Id of the parent message for a reply in a thread, or null. */
  readonly parentId: string | null
  readonly createdAt: string
  /** The author's fields: `text`, `attachments`, `mentioned_users` and custom fields. */
  content: Json
  updatedAt: string
  editedAt: string | null
  deletedAt: string | null
  pin: { readonly at: string; readonly by: string } | null
  reactions: readonly Reaction[]
}

/** Read position of a user in a channel. */
export interface ReadState {
  readonly lastRead: string
  readonly lastReadMessageId?: string | undefined
  readonly lastDelivered?: string | undefined
  readonly lastDeliveredMessageId?: string | undefined
}
