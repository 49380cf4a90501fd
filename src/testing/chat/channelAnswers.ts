import type { Caller } from './caller.js'
import type { Channel } from './channel.js'
import type { Json } from '../wire/json.js'
import { isInChannel, messageResponse } from './messages.js'
import { pageOf } from '../wire/paging.js'
import type { Permissions } from './permissions.js'
import { readResponses, unreadCount } from './reads.js'
import type { Users } from './users.js'

const config = {
  typing_events: true,
  read_events: true,
  connect_events: true,
  replies: true,
  reactions: true,
  quotes: true,
  uploads: true,
  search: false,
  mutes: false,
  polls: false,
  url_enrichment: false,
  user_message_reminders: false,
  shared_locations: false,
  max_message_length: 5000,
  commands: [],
}

const toPost = [
  ['send-message', 'send-reply', 'send-reaction', 'quote-message', 'upload-file', 'pin-message'],
  ['update-own-message', 'delete-own-message', 'typing-events', 'send-typing-events'],
].flat()

/** Capabilities by which the client's components offer actions; the routes allow the same. */
function capabilities(caller: Caller, canPost: boolean): string[] {
  // No read state is stored for anonymous readers.
  const toBeSomeone = caller.kind === 'anonymous' ? [] : ['read-events', 'delivery-events']
  return ['connect-events', ...toBeSomeone, ...(canPost ? toPost : [])]
}

/** Channel as sent on the wire, without its messages and the caller's own fields. */
export function channelResponse(channel: Channel) {
  return {
    ...channel.data,
    id: channel.id,
    type: channel.type,
    cid: channel.cid,
    created_at: channel.createdAt,
    updated_at: channel.createdAt,
    last_message_at: channel.messages.findLast(isInChannel)?.createdAt ?? null,
    created_by: channel.createdBy,
    member_count: channel.members?.length ?? 0,
    frozen: false,
    disabled: false,
    // A livestream has too many readers for delivery events.
    config: { ...config, delivery_events: channel.type === 'messaging', name: channel.type },
  }
}

export function memberResponse(channel: Channel, userId: string, users: Users) {
  return {
    user_id: userId,
    user: users.get(userId),
    created_at: channel.createdAt,
    updated_at: channel.createdAt,
    channel_role: 'channel_member',
    banned: false,
    shadow_banned: false,
    ...channel.memberships.get(userId),
  }
}

export interface ChannelStateOptions {
  readonly caller: Caller
  readonly permissions: Permissions
  readonly watchers: readonly object[]
  readonly users: Users
  /** Query for the page of messages. */
  readonly page: Json
}

/** Builds the answer to a channel query. */
export function channelState(channel: Channel, options: ChannelStateOptions) {
  const { caller, permissions, watchers, users, page } = options
  const respond = (message: Channel['messages'][number]) =>
    messageResponse(message, channel, users, caller.userId)
  const members = (channel.members ?? []).map((id) => memberResponse(channel, id, users))
  const own_capabilities = capabilities(caller, permissions.canPost(caller, channel))
  return {
    channel: { ...channelResponse(channel), own_capabilities },
    messages: pageOf(channel.messages.filter(isInChannel), page).map(respond),
    pinned_messages: channel.messages.filter((message) => message.pin).map(respond),
    members,
    membership: members.find((member) => member.user_id === caller.userId) ?? null,
    read: readResponses(channel, users),
    watchers,
    watcher_count: watchers.length,
    threads: [],
  }
}

/** Record of a channel for a query's filter and sort, as one caller sees it. */
export function channelRecord(channel: Channel, { userId }: Caller, users: Users): Json {
  const membership = channel.memberships.get(userId)
  const unread = unreadCount(channel, userId)
  const { members, ...response } = { ...channelResponse(channel), members: channel.members }
  return {
    ...response,
    // Every user is a member of an open channel.
    members: members ?? [userId, ...users.list().map((user) => user.id)],
    last_updated: response.last_message_at ?? response.created_at,
    joined: members?.includes(userId) ?? true,
    pinned: Boolean(membership?.['pinned_at']),
    pinned_at: membership?.['pinned_at'],
    archived: Boolean(membership?.['archived_at']),
    hidden: false,
    muted: false,
    unread_count: unread,
    has_unread: unread > 0,
  }
}
