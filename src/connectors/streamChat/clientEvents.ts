import type { StreamChat } from 'stream-chat'
import type { ChatEvent } from '../protocol/frames.js'

/**
 * Types of events that the client believes to be its own word, or the connection's. No backend sends
 * the former, and the latter name their connection; another user may send events of any type. Told of
 * one, the client would show itself offline, load every list anew, or take another user for its own.
 */
export const reservedTypes: ReadonlySet<string> = new Set([
  'health.check',
  // Under this name the client keeps the listeners of every type, who would hear it twice.
  'all',
  'connection.changed',
  'connection.recovered',
  'transport.changed',
  'capabilities.changed',
  'channels.queried',
  'offline_reactions.queried',
  'message.read_locally',
  'live_location_sharing.started',
  'live_location_sharing.stopped',
])

/**
 * Has the client pass on an event of type `constructor`, `toString` or the like, over which it would fail:
 * it looks up the listeners of a type in plain objects, which have something of that name already.
 */
export function allowType(client: StreamChat, { type, cid }: ChatEvent): void {
  if (!(type in Object.prototype)) return
  const channel = typeof cid === 'string' ? client.activeChannels[cid] : undefined
  for (const emitter of [client, channel])
    if (emitter) Object.setPrototypeOf(emitter.listeners, null)
}
