/** Whether the body of a request asks for more than its answer: for the events that follow. */
export function isWatchedQuery(body: unknown): body is string {
  return typeof body === 'string' && /"(?:watch|presence)":true/.test(body)
}

/**
 * The same query for its answer alone, for there is no socket that events could come through: as the
 * client itself asks then. What it asked to watch is asked for again once there is one.
 */
export function answerOnly(query: string): string {
  return JSON.stringify({ ...(JSON.parse(query) as object), watch: false, presence: false })
}
