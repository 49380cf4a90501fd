import type { Users } from '../chat/users.js'
import { ApiError } from '../wire/wire.js'

/** A live socket, as those see it who have something to tell its user. */
interface Connection {
  readonly id: string
  readonly userId: string
  readonly send: (event: object) => void
  /** The channels that it is told about, by cid. */
  readonly watched: Set<string>
  /** The users whose coming and going it is told about. */
  readonly presence: Set<string>
}

export interface AudienceOptions {
  readonly users: Users
  readonly instant: () => string
}

export type Audience = ReturnType<typeof createAudience>

/** Knows who listens to what, and tells them. */
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

  /** The caller's own connection, alive. */
  function own(connectionId: string | null, userId: string): Connection {
    if (!connectionId) throw new ApiError(4, 'Watch needs a connection_id')
    const connection = connections.get(connectionId)
    if (connection?.userId === userId) return connection
    throw new ApiError(46, `Connection with ID ${connectionId} not found`)
  }

  return {
    /** A socket is open. Returns what takes it out again. */
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

    /** From now on the connection is told what happens in the channel. */
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

    /** From now on the connection is told when these users come and go. */
    watchPresence(connectionId: string | null, userId: string, userIds: readonly string[]) {
      const { presence } = own(connectionId, userId)
      for (const id of userIds) presence.add(id)
    },

    watchers: (cid: string) => watchers(cid).map(users.get),

    /** Tells everyone who watches the channel, but for one user. */
    toWatchers,

    /** Tells these users, wherever they do not watch the channel. */
    toOthers: (cid: string, userIds: readonly string[], type: string, more: object) =>
      tell(
        type,
        { ...fieldsOf(cid), ...more },
        (c) => userIds.includes(c.userId) && !c.watched.has(cid),
      ),

    /** Tells all connections of one user. */
    toEveryDevice: (userId: string, type: string, more: object) =>
      tell(type, more, (c) => c.userId === userId),

    /** Tells all connections of one user about a channel. */
    toUser: (cid: string, userId: string, type: string, more: object) =>
      tell(type, { ...fieldsOf(cid), ...more }, (c) => c.userId === userId),
  }
}

/** How an event says which channel it is about. */
function fieldsOf(cid: string) {
  const [channel_type, channel_id] = cid.split(':')
  return { cid, channel_type, channel_id }
}
