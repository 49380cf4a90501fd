/**
 * Instants as the wire has them, each later than the one before: clients order messages, and tell the
 * read from the unread, by nothing else, and two may be sent within a millisecond.
 */
export function createInstants(now: () => number): () => string {
  let lastMs = 0
  return () => {
    lastMs = Math.max(now(), lastMs + 1)
    return new Date(lastMs).toISOString()
  }
}
