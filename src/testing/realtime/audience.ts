import type { Users } from '../chat/users.js'
import { ApiError } from '../wire/wire.js'

/** Live socket as a receiver of events. */
interface Connection {
  readonly id: string
  readonly userId: string
  readonly send: (event: object) => void
  /** Cids of the channels that it watches. */
  readonly watched: Set<string>
  /** Ids of the users whose presence it watches. */
  readonly presence: Set<string>
}

export interface AudienceOptions {
  readonly users: Users
  readonly instant: () => string
}

export type Audience = ReturnType<typeof createAudience>

/** Tracks the sockets that watch channels and users, and sends them events. */
export function createAudience({ users, instant }: AudienceOptions) {
  const connections = new Map<string, Connection>()

  const isHere = (userId: string) => [...connections.values()].some((c) => c.userId === userId)

  const isWatching = (userId: string, cid: string) =>
    [...connections.values()].some((c) => c.userId === userId && c.watched.has(cid))

  function tell(type: string, more: object, listens: (connection: Connection) => boolean) {
    const event = { type, created_at: instant(), ...more }
    for (const connection of connections.values()) {
      if (listens(connection)) connection.send(event)
    }
  }

  const watchers = (cid: string) => [
    ...new Set([...connections.values()].filter((c) => c.watched.has(cid)).map((c) => c.userId)),
  ]

  function toWatchers(cid: string, type: string, more: object, exceptUserId?: string) {
    const listens = (c: Connection) => c.watched.has(cid) && c.userId !== exceptUserId
    tell(type, { ...fieldsOf(cid), ...more }, listens)
  }

  function tellOfWatcher(type: 'start' | 'stop', cid: string, userId: string) {
    const more = { user: users.get(userId), watcher_count: watchers(cid).length }
    toWatchers(cid, `user.watching.${type}`, more, userId)
  }

  const tellOfPresence = (userId: string) =>
    tell('user.presence.changed', { user: users.get(userId) }, (c) => c.presence.has(userId))

  function stopWatching(connection: Connection, cid: string) {
    if (!connection.watched.delete(cid)) return
    if (!isWatching(connection.userId, cid)) tellOfWatcher('stop', cid, connection.userId)
  }

  /** Finds the caller's own live connection. */
  function own(connectionId: string | null, userId: string): Connection {
    if (!connectionId) throw new ApiError(4, 'Watch needs a connection_id')
    const connection = connections.get(connectionId)
    if (connection?.userId === userId) return connection
    throw new ApiError(46, `Connection with ID ${connectionId} not found`)
  }

  return {
    /** Adds an open socket; returns a function that removes it. */
    join(id: string, userId: string, send: Connection['send']): () => void {
      const connection = {
        id,
        userId,
        send,
        watched: new Set<string>(),
        presence: new Set<string>(),
      }
      const isFirst = !isHere(userId)
      connections.set(id, connection)
      users.setOnline(userId, true)
      if (isFirst) tellOfPresence(userId)
      return () => {
        connections.delete(id)
        for (const cid of connection.watched) stopWatching(connection, cid)
        if (isHere(userId)) return
        users.setOnline(userId, false)
        tellOfPresence(userId)
      }
    },

    /** Sends the channel's events to the connection from now on. */
    watch(connectionId: string | null, userId: string, cid: string) {
      const connection = own(connectionId, userId)
      const isFirst = !isWatching(userId, cid)
      connection.watched.add(cid)
      if (isFirst) tellOfWatcher('start', cid, userId)
    },

    unwatch(connectionId: string | null, userId: string, cid: string) {
      const connection = connections.get(connectionId ?? '')
      if (connection?.userId === userId) stopWatching(connection, cid)
    },

    /** Sends the presence of these users to the connection from now on. */
    watchPresence(connectionId: string | null, userId: string, userIds: readonly string[]) {
      const { presence } = own(connectionId, userId)
      for (const id of userIds) presence.add(id)
    },

    watchers: (cid: string) => watchers(cid).map(users.get),

    /** Sends an event to all watchers of the channel, except one user. */
    toWatchers,

    /** Sends an event to the connections of these users that do not watch the channel. */
    toOthers: (cid: string, userIds: readonly string[], type: string, more: object) =>
      tell(
        type,
        { ...fieldsOf(cid), ...more },
        (c) => userIds.includes(c.userId) && !c.watched.has(cid),
      ),

    /** Sends an event to all connections of one user. */
    toEveryDevice: (userId: string, type: string, more: object) =>
      tell(type, more, (c) => c.userId === userId),

    /** Sends a user's new record to all their connections, and to those that watch their presence. */
    toThoseWhoKnow: (userId: string) =>
      tell(
        'user.updated',
        { user: users.get(userId) },
        (c) => c.userId === userId || c.presence.has(userId),
      ),

    /** Sends an event about a channel to all connections of one user. */
    toUser: (cid: string, userId: string, type: string, more: object) =>
      tell(type, { ...fieldsOf(cid), ...more }, (c) => c.userId === userId),
  }
}

/** Fields by which an event names its channel. */
function fieldsOf(cid: string) {
  const [channel_type, channel_id] = cid.split(':')
  return { cid, channel_type, channel_id }
}
