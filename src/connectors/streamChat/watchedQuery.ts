/** Whether a request's body asks to watch, that is, for events after the answer. */
export function isWatchedQuery(body: unknown): body is string {
  return typeof body === 'string' && /"(?:watch|presence)":true/.test(body)
}

/**
 * Removes the watch from a query, as the client itself does while it has no socket. The watch is
 * requested again once there is a socket.
 */
export function answerOnly(query: string): string {
  return JSON.stringify({ ...(JSON.parse(query) as object), watch: false, presence: false })
}
