/**
 * Creates instants in the wire format, each later than the one before. Clients order messages and count
 * unread ones by instants alone, and two messages may arrive within a millisecond.
 */
export function createInstants(now: () => number): () => string {
  let lastMs = 0
  return () => {
    lastMs = Math.max(now(), lastMs + 1)
    return new Date(lastMs).toISOString()
  }
}
