import type { Channel, Message, ReadState } from './channel.js'
import { isInChannel } from './messages.js'
import type { Users } from './users.js'
import { ApiError } from '../wire/wire.js'

/** Returns a user's read state. A member starts with all unread; other readers have none until they read. */
const readOf = (channel: Channel, userId: string): ReadState | undefined =>
  channel.reads.get(userId) ??
  (channel.members?.includes(userId) ? { lastRead: channel.createdAt } : undefined)

const countsFor = (userId: string) => (message: Message) =>
  message.userId !== userId && isInChannel(message) && !message.deletedAt

/** Marks the whole channel as read. */
export function markRead(channel: Channel, userId: string, at: string): ReadState {
  const latest = channel.messages.findLast(isInChannel)
  const read = { ...readOf(channel, userId), lastRead: at, lastReadMessageId: latest?.id }
  channel.reads.set(userId, read)
  return read
}

/** Marks the channel as unread from this message on. */
export function markUnread(channel: Channel, userId: string, messageId: unknown): ReadState {
  const listed = channel.messages.filter(isInChannel)
  const index = listed.findIndex((message) => message.id === messageId)
  if (index < 0) throw new ApiError(16, `Can't find message with id ${String(messageId)}`)
  const before = listed[index - 1]
  const read = {
    ...readOf(channel, userId),
    lastRead: before?.createdAt ?? channel.createdAt,
    lastReadMessageId: before?.id,
  }
  channel.reads.set(userId, read)
  return read
}

/** Marks a message as delivered to the user; false if a later one was delivered before. */
export function markDelivered(channel: Channel, userId: string, message: Message, at: string) {
  const read = readOf(channel, userId) ?? { lastRead: channel.createdAt }
  const before = channel.messages.find(({ id }) => id === read.lastDeliveredMessageId)
  if (before && before.createdAt >= message.createdAt) return false
  const delivered = { lastDelivered: at, lastDeliveredMessageId: message.id }
  channel.reads.set(userId, { ...read, ...delivered })
  return true
}

export function unreadCount(channel: Channel, userId: string): number {
  const read = readOf(channel, userId)
  if (!read) return 0
  const counts = countsFor(userId)
  return channel.messages.filter((one) => one.createdAt > read.lastRead && counts(one)).length
}

/** Reports a user's unread messages by channel and by type of channel, for `GET /unread`. */
export function unreadReport(channels: readonly Channel[], userId: string) {
  const unread = channels
    .filter((channel) => channel.members?.includes(userId))
    .map((channel) => ({ channel, count: unreadCount(channel, userId) }))
    .filter(({ count }) => count > 0)
  const sum = (counts: typeof unread) => counts.reduce((total, { count }) => total + count, 0)
  const types = [...new Set(unread.map(({ channel }) => channel.type))]
  return {
    total_unread_count: sum(unread),
    total_unread_threads_count: 0,
    channels: unread.map(({ channel, count }) => ({
      channel_id: channel.cid,
      unread_count: count,
      last_read: readOf(channel, userId)?.lastRead,
    })),
    channel_type: types.map((type) => {
      const ofType = unread.filter(({ channel }) => channel.type === type)
      return { channel_type: type, channel_count: ofType.length, unread_count: sum(ofType) }
    }),
    threads: [],
  }
}

/** Sums a user's unread counts over the channels of which the user is a member. */
export function unreadTotals(channels: readonly Channel[], userId: string) {
  const counts = channels
    .filter((channel) => channel.members?.includes(userId))
    .map((channel) => unreadCount(channel, userId))
  const total = counts.reduce((sum, count) => sum + count, 0)
  return {
    unread_count: total,
    total_unread_count: total,
    unread_channels: counts.filter((count) => count > 0).length,
  }
}

/** Builds the `read` of a channel's state: its members and all other readers. */
export function readResponses(channel: Channel, users: Users) {
  const ids = new Set([...(channel.members ?? []), ...channel.reads.keys()])
  return [...ids].map((userId) => {
    const read = readOf(channel, userId)
    return {
      user: users.get(userId),
      last_read: read?.lastRead,
      last_read_message_id: read?.lastReadMessageId,
      unread_messages: unreadCount(channel, userId),
      last_delivered_at: read?.lastDelivered,
      last_delivered_message_id: read?.lastDeliveredMessageId,
    }
  })
}
