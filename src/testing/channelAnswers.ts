import type { Channel } from './channels.js'
import type { Users, WireUser } from './users.js'

const config = {
  typing_events: true,
  read_events: true,
  connect_events: true,
  replies: true,
  reactions: true,
  uploads: false,
  search: false,
  mutes: false,
  max_message_length: 5000,
  commands: [],
}

/** A channel as the wire has it, without what happened in it. */
function channelResponse(channel: Channel, canPost: boolean) {
  return {
    ...channel.data,
    id: channel.id,
    type: channel.type,
    cid: channel.cid,
    created_at: channel.createdAt,
    updated_at: channel.createdAt,
    last_message_at: channel.messages.at(-1)?.created_at ?? null,
    created_by: channel.createdBy,
    member_count: channel.members?.length ?? 0,
    frozen: false,
    disabled: false,
    config: { ...config, name: channel.type },
    own_capabilities: [
      'read-events',
      'connect-events',
      ...(canPost ? ['send-message', 'send-reply', 'typing-events'] : []),
    ],
  }
}

export interface ChannelStateOptions {
  readonly userId: string
  readonly canPost: boolean
  readonly watchers: readonly WireUser[]
  readonly users: Users
  /** How many of the latest messages to give. */
  readonly messageLimit: number
}

/** The answer to a channel query. */
export function channelState(channel: Channel, options: ChannelStateOptions) {
  const { userId, canPost, watchers, users, messageLimit } = options
  const members = (channel.members ?? []).map((id) => ({
    user_id: id,
    user: users.get(id),
    created_at: channel.createdAt,
    updated_at: channel.createdAt,
    channel_role: 'channel_member',
    banned: false,
    shadow_banned: false,
  }))
  return {
    channel: channelResponse(channel, canPost),
    messages: messageLimit > 0 ? channel.messages.slice(-messageLimit) : [],
    pinned_messages: [],
    members,
    membership: members.find((member) => member.user_id === userId) ?? null,
    read: [],
    watchers,
    watcher_count: watchers.length,
    threads: [],
  }
}

/**
 * Whether a channel fits a query's filter: equality, `$eq` and `$in` on `type`, `id`, `cid`, `members`
 * and on the channel's own data.
 */
export function matchesFilter(channel: Channel, filter: Readonly<Record<string, unknown>>) {
  return Object.entries(filter).every(([field, condition]) => {
    const { type, id, cid, members, data } = channel
    // An open channel has everyone in it.
    if (field === 'members' && !members) return true
    const value = { ...data, type, id, cid, members }[field]
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return wantedValues(condition).some((wanted) => values.includes(wanted))
  })
}

function wantedValues(condition: unknown): readonly unknown[] {
  if (typeof condition !== 'object' || condition === null) return [condition]
  if (Array.isArray(condition)) return condition
  const { $in, $eq } = condition as Record<string, unknown>
  return Array.isArray($in) ? $in : [$eq]
}
