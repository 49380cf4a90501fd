/** Tells what comes through two sockets at once from what comes through one of them. */
export interface OneStream {
  /** From now on there are two. */
  begin(): void
  /** There is one again. */
  end(): void
  /** Whether a frame says what no other socket has said. */
  isNews(frame: string, socket: object): boolean
}

/**
 * While one socket takes the place of another, the backend tells both of each event, in the same words:
 * each is passed on when it first comes in. The same words said twice through one socket are two events.
 */
export function createOneStream(): OneStream {
  let told: Map<string, Map<object, number>> | null = null
  return {
    begin() {
      told = new Map()
    },
    end() {
      told = null
    },
    isNews(frame, socket) {
      if (!told) return true
      const times = told.get(frame) ?? new Map<object, number>()
      const own = (times.get(socket) ?? 0) + 1
      const most = Math.max(0, ...times.values())
      times.set(socket, own)
      told.set(frame, times)
      return own > most
    },
  }
}
