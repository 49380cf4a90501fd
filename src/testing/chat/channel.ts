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
  /** `null` where everyone is welcome. */
  readonly members: readonly string[] | null
  /** Oldest first, those of threads among them. */
  readonly messages: Message[]
  readonly reads: Map<string, ReadState>
  /** What members keep for themselves: when they pinned the channel, or archived it. */
  readonly memberships: Map<string, Json>
}

/** A message as it is stored. What the wire adds to it is worked out when someone asks. */
export interface Message {
  readonly id: string
  readonly userId: string
  /** The message that it replies to, in its thread. */
  readonly parentId: string | null
  readonly createdAt: string
  /** What its author wrote: `text`, `attachments`, `mentioned_users` and fields of the app's own. */
  content: Json
  updatedAt: string
  editedAt: string | null
  deletedAt: string | null
  pin: { readonly at: string; readonly by: string } | null
  reactions: readonly Reaction[]
}

/** How far a user has come in a channel. */
export interface ReadState {
  readonly lastRead: string
  readonly lastReadMessageId?: string | undefined
  readonly lastDelivered?: string | undefined
  readonly lastDeliveredMessageId?: string | undefined
}
