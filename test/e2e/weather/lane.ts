import { setTimeout as passed } from 'node:timers/promises'

export interface Pace {
  /** Milliseconds that a byte is under way. */
  readonly delayMs: number
  readonly bytesPerSecond: number
}

/** One direction of a connection: its bytes arrive late, and in order. */
export interface Lane {
  /** Calls `arrive` once so many bytes have gone through, after everything carried before. */
  readonly carry: (bytes: number, arrive: () => void) => void
}

export function createLane(pace: () => Pace): Lane {
  let last = Promise.resolve()
  let freeAt = 0

  return {
    carry(bytes, arrive) {
      const { delayMs, bytesPerSecond } = pace()
      freeAt = Math.max(Date.now(), freeAt) + (bytes / bytesPerSecond) * 1000
      const arrivesAt = freeAt + delayMs
      last = last.then(async () => {
        const leftMs = arrivesAt - Date.now()
        if (leftMs > 0) await passed(leftMs)
        arrive()
      })
    },
  }
}
