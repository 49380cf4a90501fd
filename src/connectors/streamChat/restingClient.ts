import type { StreamChat } from 'stream-chat'

/** Has a client begin a session without the socket that it would open. */
export function withoutSocket(client: StreamChat, begin: () => Promise<unknown> | undefined): void {
  // For this one call: the client opens its socket in it.
  Object.assign(client, { connect: () => Promise.resolve() })
  begin()?.catch(() => {})
  Reflect.deleteProperty(client, 'connect')
}

/** Ends the client's interval that forgets who was typing; `_startCleaning` begins it again. */
export function stopCleaning(client: StreamChat): void {
  clearInterval(client.cleaningIntervalRef)
  delete client.cleaningIntervalRef
}
