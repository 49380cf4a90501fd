import type { Json } from '../wire/json.js'
import type { Caller } from './caller.js'
import type { Channel, ChannelType, Message } from './channel.js'
import { readContent } from './messages.js'
import { notAllowed, type Permissions } from './permissions.js'
import { markRead } from './reads.js'
import type { Users } from './users.js'
import { ApiError } from '../wire/wire.js'

/** Initial channel of the backend. */
export interface BackendChannel {
  type: ChannelType
  /** Id of letters, digits, `-`, `_` and `!`. */
  id: string
  name?: string
  /**
   * Ids of the users who may read and post; ignored for a livestream.
   * @default all users
   */
  members?: readonly string[]
  messages?: readonly { userId: string; text: string }[]
}

export interface ChannelsOptions {
  readonly initial: readonly BackendChannel[]
  readonly permissions: Permissions
  readonly users: Users
  readonly instant: () => string
}

export type Channels = ReturnType<typeof createChannels>

const types: readonly string[] = ['livestream', 'messaging'] satisfies ChannelType[]

/** Store of channels and their messages. */
export function createChannels({ initial, permissions, users, instant }: ChannelsOptions) {
  const { canRead, canPostTo, mustPost } = permissions
  const channels = new Map<string, Channel>()

  function add(init: BackendChannel, createdBy: string, data: Json = {}): Channel {
    const { type, id, name, members, messages = [] } = init
    const channel: Channel = {
      type,
      id,
      cid: `${type}:${id}`,
      data: name === undefined ? data : { ...data, name },
      createdBy: users.get(createdBy),
      createdAt: instant(),
      members: type === 'livestream' || !members ? null : members,
      messages: [],
      reads: new Map(),
      memberships: new Map(),
    }
    channels.set(channel.cid, channel)
    for (const { userId, text } of messages) store(channel, userId, { text })
    return channel
  }

  const findMessage = (id: unknown) => {
    for (const channel of channels.values()) {
      const message = channel.messages.find((other) => other.id === id)
      if (message) return { channel, message }
    }
    return null
  }

  function store(channel: Channel, userId: string, sent: Json): Message {
    const { id = crypto.randomUUID(), parent_id: parentId = null } = sent
    const content = readContent(sent, 'SendMessage')
    if (typeof id !== 'string') throw new ApiError(4, 'message.id must be a string')
    // The client chooses the id, so a message that is sent twice is stored once.
    if (findMessage(id)) {
      throw new ApiError(
        4,
        `SendMessage failed with error: "a message with ID ${id} already exists"`,
      )
    }
    const parent = channel.messages.find((other) => other.id === parentId)
    if (parentId !== null && (!parent || parent.parentId !== null)) {
      throw new ApiError(4, `SendMessage failed with error: "parent message does not exist"`)
    }
    const createdAt = instant()
    const message: Message = {
      id,
      userId,
      parentId: parent?.id ?? null,
      createdAt,
      content,
      updatedAt: createdAt,
      editedAt: null,
      deletedAt: null,
      pin: null,
      reactions: [],
    }
    channel.messages.push(message)
    // A sender has read the messages above.
    markRead(channel, userId, createdAt)
    return message
  }

  function make(caller: Caller, type: string, id: string, data: Json): Channel {
    if (!isChannelType(type)) throw new ApiError(4, `channel type ${type} does not exist`)
    if (!canPostTo(caller, type)) throw notAllowed(caller, 'CreateChannel')
    const { members, ...custom } = data
    return add({ type, id, members: readMembers(members, caller.userId) }, caller.userId, custom)
  }

  const reset = () => {
    channels.clear()
    for (const channel of initial) add(channel, channel.members?.[0] ?? 'system')
  }
  reset()

  return {
    all: () => [...channels.values()],
    get: (cid: string) => channels.get(cid),

    /** Channels that the caller may read, the most recently used first. */
    readable(caller: Caller): Channel[] {
      const lastUse = (channel: Channel) => channel.messages.at(-1)?.createdAt ?? channel.createdAt
      return [...channels.values()]
        .filter((channel) => canRead(caller, channel))
        .sort((a, b) => lastUse(b).localeCompare(lastUse(a)))
    },

    /** Finds a channel; creates it if `data` is given, as a query does. */
    open(caller: Caller, type: string, id: string, data?: Json): Channel {
      const channel = channels.get(`${type}:${id}`)
      if (!channel && data) return make(caller, type, id, data)
      if (!channel) throw unknownChannel(type, id)
      if (!canRead(caller, channel)) throw notAllowed(caller, 'ReadChannel')
      return channel
    },

    /** Finds or creates the channel of a set of members; the same members share one channel. */
    openByMembers(caller: Caller, type: string, data: Json): Channel {
      const members = readMembers(data['members'], caller.userId).sort()
      const known = [...channels.values()].find(
        (channel) =>
          channel.type === type &&
          channel.id.startsWith('!members-') &&
          channel.members?.toSorted().join() === members.join(),
      )
      return known ?? make(caller, type, `!members-${crypto.randomUUID()}`, data)
    },

    /** Finds a message that the caller may read, with its channel. */
    openMessage(caller: Caller, id: string) {
      const found = findMessage(id)
      if (!found) throw new ApiError(16, `Can't find message with id ${id}`)
      if (!canRead(caller, found.channel)) throw notAllowed(caller, 'ReadChannel')
      return found
    },

    post(caller: Caller, channel: Channel, sent: Json) {
      mustPost(caller, channel, 'CreateMessage')
      return store(channel, caller.userId, sent)
    },

    reset,
  }
}

function isChannelType(type: string): type is ChannelType {
  return types.includes(type)
}

const unknownChannel = (type: string, id: string) =>
  isChannelType(type)
    ? new ApiError(16, `Can't find channel with id ${type}:${id}`)
    : new ApiError(4, `channel type ${type} does not exist`)

/** Reads members, given as ids or as `{ user_id }`, and adds the creator. */
function readMembers(members: unknown, creator: string): string[] {
  const ids = (Array.isArray(members) ? members : []).map((member: unknown) =>
    typeof member === 'string' ? member : String((member as Json)['user_id']),
  )
  return [...new Set([creator, ...ids])]
}
