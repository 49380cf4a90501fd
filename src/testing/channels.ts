import type { Caller } from './tokens.js'
import type { Users, WireUser } from './users.js'
import { ApiError } from './wire.js'

export type ChannelType = 'livestream' | 'messaging'

/** A channel that the backend starts with. */
export interface BackendChannel {
  type: ChannelType
  /** Letters, digits, `-`, `_` and `!`. */
  id: string
  name?: string
  /** The ids of those who may read and post; left out, every user may. Ignored for a livestream. */
  members?: readonly string[]
  messages?: readonly { userId: string; text: string }[]
}

/** Which types of channel guests may read and post to. */
export interface GuestPermissions {
  /** @default ['livestream', 'messaging'] */
  read?: readonly ChannelType[]
  /** @default ['livestream'] */
  post?: readonly ChannelType[]
}

/** A message as the wire has it. */
export interface WireMessage {
  id: string
  cid: string
  type: 'regular'
  text: string
  user: WireUser
  created_at: string
  updated_at: string
  [field: string]: unknown
}

export interface Channel {
  readonly type: ChannelType
  readonly id: string
  readonly cid: string
  readonly data: Readonly<Record<string, unknown>>
  readonly createdBy: WireUser
  readonly createdAt: string
  /** `null` where everyone is welcome. */
  readonly members: readonly string[] | null
  readonly messages: WireMessage[]
}

export interface ChannelsOptions {
  readonly initial: readonly BackendChannel[]
  readonly guests: GuestPermissions
  readonly users: Users
  readonly now: () => number
}

export type Channels = ReturnType<typeof createChannels>

const types: readonly string[] = ['livestream', 'messaging'] satisfies ChannelType[]

export function createChannels({ initial, guests, users, now }: ChannelsOptions) {
  const channels = new Map<string, Channel>()
  const instant = () => new Date(now()).toISOString()

  function add(init: BackendChannel, createdBy: string, data: object = {}): Channel {
    const { type, id, name, members, messages = [] } = init
    const channel: Channel = {
      type,
      id,
      cid: `${type}:${id}`,
      data: name === undefined ? { ...data } : { ...data, name },
      createdBy: users.get(createdBy),
      createdAt: instant(),
      members: type === 'livestream' || !members ? null : members,
      messages: [],
    }
    channels.set(channel.cid, channel)
    for (const { userId, text } of messages) post(channel, userId, { text })
    return channel
  }

  function post(channel: Channel, userId: string, message: Record<string, unknown>): WireMessage {
    const { id = crypto.randomUUID(), text, ...custom } = message
    if (typeof id !== 'string' || typeof text !== 'string') {
      throw new ApiError(4, 'SendMessage failed with error: "message.text must be a string"')
    }
    // Ids are the client's to give, so that a message sent twice is stored once.
    if (channel.messages.some((other) => other.id === id)) {
      throw new ApiError(
        4,
        `SendMessage failed with error: "a message with ID ${id} already exists"`,
      )
    }
    const at = instant()
    const stored: WireMessage = {
      attachments: [],
      mentioned_users: [],
      latest_reactions: [],
      own_reactions: [],
      reaction_counts: {},
      reaction_scores: {},
      reply_count: 0,
      ...custom,
      id,
      cid: channel.cid,
      type: 'regular',
      text,
      html: `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>\n`,
      user: users.get(userId),
      created_at: at,
      updated_at: at,
    }
    channel.messages.push(stored)
    return stored
  }

  const isMember = (caller: Caller, channel: Channel) =>
    !channel.members || channel.members.includes(caller.userId)

  function canRead(caller: Caller, channel: Channel): boolean {
    if (caller.kind === 'anonymous') return channel.type === 'livestream'
    const { read = types } = guests
    if (caller.kind === 'guest' && !read.includes(channel.type)) return false
    return isMember(caller, channel)
  }

  function canPost(caller: Caller, type: ChannelType): boolean {
    if (caller.kind === 'anonymous') return false
    return caller.kind === 'user' || (guests.post ?? ['livestream']).includes(type)
  }

  const reset = () => {
    channels.clear()
    for (const channel of initial) add(channel, channel.members?.[0] ?? 'system')
  }
  reset()

  return {
    canPost: (caller: Caller, channel: Channel) =>
      canPost(caller, channel.type) && isMember(caller, channel),

    /** All that the caller may see, the most lately used first. */
    readable(caller: Caller): Channel[] {
      const lastUse = (channel: Channel) => channel.messages.at(-1)?.created_at ?? channel.createdAt
      return [...channels.values()]
        .filter((channel) => canRead(caller, channel))
        .sort((a, b) => lastUse(b).localeCompare(lastUse(a)))
    },

    /** Finds a channel, or makes it where `data` is given, as a query does. */
    open(caller: Caller, type: string, id: string, data?: Record<string, unknown>): Channel {
      const channel = channels.get(`${type}:${id}`)
      if (channel) {
        if (canRead(caller, channel)) return channel
        throw notAllowed(caller, 'ReadChannel')
      }
      if (!isChannelType(type)) throw new ApiError(4, `channel type ${type} does not exist`)
      if (!data) throw new ApiError(16, `Can't find channel with id ${type}:${id}`)
      if (!canPost(caller, type)) throw notAllowed(caller, 'CreateChannel')
      const { members, ...custom } = data
      return add({ type, id, members: readMembers(members, caller.userId) }, caller.userId, custom)
    },

    post(caller: Caller, channel: Channel, message: Record<string, unknown>) {
      if (!canPost(caller, channel.type) || !isMember(caller, channel)) {
        throw notAllowed(caller, 'CreateMessage')
      }
      return post(channel, caller.userId, message)
    },

    reset,
  }
}

function isChannelType(type: string): type is ChannelType {
  return types.includes(type)
}

function notAllowed({ userId, kind }: Caller, action: string) {
  return new ApiError(17, `User '${userId}' with role ${kind} is not allowed to perform ${action}`)
}

/** Members come as ids or as `{ user_id }`; whoever makes a channel is one of them. */
function readMembers(members: unknown, creator: string): string[] {
  const ids = (Array.isArray(members) ? members : []).map((member: unknown) =>
    typeof member === 'string' ? member : String((member as Record<string, unknown>)['user_id']),
  )
  return [...new Set([creator, ...ids])]
}
