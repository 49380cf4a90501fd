import type { StreamChat } from 'stream-chat'
import type { ChatEvent } from '../protocol/frames.js'

/**
 * Event types that the client reserves for itself or for the connection. Another user can send an event
 * of any type. Given one of these, the client would show itself offline, reload every list, or take
 * another user for its own.
 */
export const reservedTypes: ReadonlySet<string> = new Set([
  'health.check',
  // The client files its catch-all listeners under this name and would call them twice.
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
 * Lets the client dispatch events of type `constructor`, `toString` and the like. The client looks up
 * listeners in plain objects, where such a name finds a method of `Object.prototype`.
 */
export function allowType(client: StreamChat, { type, cid }: ChatEvent): void {
  if (!(type in Object.prototype)) return
  const channel = typeof cid === 'string' ? client.activeChannels[cid] : undefined
  for (const emitter of [client, channel])
    if (emitter) Object.setPrototypeOf(emitter.listeners, null)
}
