import type { Json } from './json.js'

interface Dated {
  readonly id: string
  readonly createdAt: string
}

/**
 * Returns the page of messages for a query, oldest first. The query may have `id_lt`, `id_lte`, `id_gt`,
 * `id_gte`, `id_around` or the same with `created_at_…`, and a `limit`. The default is the latest page.
 */
export function pageOf<T extends Dated>(messages: readonly T[], query: Json, standard = 25): T[] {
  const limit = Number(query['limit'] ?? standard)
  if (!(limit > 0)) return []

  /** Counts the messages before a mark, which is an id or an instant; null without a mark. */
  const countBefore = (mark: unknown, isIncluded: boolean) => {
    if (typeof mark !== 'string') return null
    // Each message has its own instant, so an id can be replaced by its instant.
    const at = messages.find(({ id }) => id === mark)?.createdAt ?? mark
    return messages.filter((m) => m.createdAt < at || (isIncluded && m.createdAt === at)).length
  }

  const middle = countBefore(query['id_around'] ?? query['created_at_around'], false)
  if (middle !== null) {
    // A page at either end of the channel is as full as one in the middle.
    const last = Math.max(0, messages.length - limit)
    const start = Math.min(Math.max(0, middle - Math.floor(limit / 2)), last)
    return messages.slice(start, start + limit)
  }
  const start =
    countBefore(query['id_gt'] ?? query['created_at_after'], true) ??
    countBefore(query['id_gte'] ?? query['created_at_after_or_equal'], false)
  const end =
    countBefore(query['id_lt'] ?? query['created_at_before'], false) ??
    countBefore(query['id_lte'] ?? query['created_at_before_or_equal'], true)
  const found = messages.slice(start ?? 0, end ?? messages.length)
  return start === null ? found.slice(-limit) : found.slice(0, limit)
}
