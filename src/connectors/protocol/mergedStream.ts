/** One socket's place in the merged stream. */
export interface StreamSeat {
  /** Takes in a frame of this socket; calls `pass` now, later, or never for a duplicate. */
  say(text: string, pass: () => void): void
  /** Makes this socket the source of events and drops the older sockets from the stream. */
  lead(): void
  /** Ends deduplication. Call once every frame sent before `lead` has arrived; later ones are new. */
  settle(): void
  /** Removes the socket from the stream. Call when it is lost or closed. */
  leave(): void
  /** Whether the buffer overflowed and made this socket lead early; events may have been missed. */
  readonly wasRushed: boolean
}

/** Merges the events of several sockets into one stream, in order and without duplicates. */
export interface MergedStream {
  /** Adds a socket. Call before opening it. The first socket leads; later ones buffer their frames. */
  join(): StreamSeat
  /** Drops all buffered frames and passes on no more. Call when the session ends. */
  close(): void
}

/** Maximum frames buffered during a handover. It takes about a second; the limit bounds memory. */
const maxFrames = 5000

interface Said {
  readonly text: string
  readonly pass: () => void
}

/**
 * Creates the merged stream of one session. During a handover the backend sends each event to both
 * sockets, as the same text. The old socket's frames are passed on until it is drained. The new socket's
 * frames are buffered meanwhile, and deduplicated by text afterwards. Each copy cancels one other, so
 * two events with the same text are both passed on.
 *
 *     old  1 2 3 4 | pong         passed on: 1 2 3 4
 *     new    2 3   | lead 4 5     passed on:          5
 */
export function createMergedStream(limit = maxFrames): MergedStream {
  const seats: Seat[] = []

  class Seat implements StreamSeat {
    wasRushed = false
    readonly #kept: Said[] = []
    /** Texts that older sockets passed on and this socket has not received yet, with their counts. */
    readonly #heard = new Map<string, number>()

    say(text: string, pass: () => void): void {
      if (!seats.includes(this)) return
      this.#kept.push({ text, pass })
      if (seats[0] === this) return this.speak()
      if (this.#kept.length <= limit) return
      this.wasRushed = true
      this.lead()
    }

    lead(): void {
      const place = seats.indexOf(this)
      if (place <= 0) return
      seats.splice(0, place)
      this.speak()
    }

    settle(): void {
      this.#heard.clear()
    }

    leave(): void {
      const place = seats.indexOf(this)
      if (place < 0) return
      seats.splice(place, 1)
      if (place === 0) seats[0]?.speak()
    }

    /** Passes on buffered frames while this seat leads; a listener may end the session in between. */
    speak(): void {
      while (seats[0] === this) {
        const said = this.#kept.shift()
        if (!said) return
        if (this.#forget(said.text)) continue
        for (const waiting of seats.slice(1)) waiting.hear(said.text)
        said.pass()
      }
    }

    hear(text: string): void {
      this.#heard.set(text, (this.#heard.get(text) ?? 0) + 1)
      if (this.#heard.size <= limit) return
      // The oldest text goes first, because the new socket is the least likely to repeat it.
      const [oldest = text] = this.#heard.keys()
      this.#heard.delete(oldest)
    }

    /** Whether an older socket passed this text on; uses up one count of it. */
    #forget(text: string): boolean {
      const times = this.#heard.get(text)
      if (times === undefined) return false
      if (times === 1) this.#heard.delete(text)
      else this.#heard.set(text, times - 1)
      return true
    }
  }

  return {
    join() {
      const seat = new Seat()
      seats.push(seat)
      return seat
    },
    close() {
      seats.length = 0
    },
  }
}
