/** A socket's place in the stream of events. */
export interface StreamSeat {
  /** Takes in what the socket said: `pass` is called now, later or never. */
  say(text: string, pass: () => void): void
  /** From now on this socket is the one that is heard, and those before it no longer are. */
  lead(): void
  /** All that was said before this socket led has come in: whatever it says is new. */
  settle(): void
  /** The socket is gone. */
  leave(): void
  /** Whether it had to lead before its turn, so that what only the socket before it said is lost. */
  readonly wasRushed: boolean
}

/** Makes one stream of what comes through several sockets, each event once and in order. */
export interface MergedStream {
  /** Call before the socket is opened. The first one leads; each other waits for its turn. */
  join(): StreamSeat
  /** Call when the session is over: nothing is passed on any more, nor what was kept until now. */
  close(): void
}

/** More frames than any chat has in the second that a handover takes; a flood must not fill the memory. */
const maxFrames = 5000

interface Said {
  readonly text: string
  readonly pass: () => void
}

/**
 * While one socket takes the place of another, the backend tells both of each event, in the same words.
 * The older one is heard until it has nothing left to say; what the newer one says is kept until then,
 * and passed on but for what was heard already. The same words said twice are two events.
 *
 *     old  1 2 3 4 | pong         passed on: 1 2 3 4
 *     new    2 3   | lead 4 5     passed on:          5
 */
export function createMergedStream(limit = maxFrames): MergedStream {
  const seats: Seat[] = []

  class Seat implements StreamSeat {
    wasRushed = false
    readonly #kept: Said[] = []
    /** How often words were passed on that this socket has not said yet. */
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

    /** Whoever hears an event may end the session: each is passed on only if this seat still leads. */
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
      // What was heard first is what the new socket is the least likely to say yet.
      const [oldest = text] = this.#heard.keys()
      this.#heard.delete(oldest)
    }

    /** Whether the words were heard already; each time counts once. */
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
