import type { Environment, TabEnvironment } from '../environment.js'

/** Whom the tabs of a user go on with, and in which of their stays. */
export interface Successor {
  readonly userId: string
  readonly stay: string
}

/** A user was logged out in this browser, or `next` took their place. */
export interface Departure {
  /** The stay that comes after: every departure begins one of its own. */
  readonly stay: string
  readonly next: Successor | null
}

/** A user's stays in this browser, latest first, and who came after the last one that ended. */
interface Note {
  readonly stays: readonly string[]
  readonly next: Successor | null
}

/**
 * A user's stay in a browser lasts from one departure to the next, in however many tabs. Its id is
 * random, and is noted in the storage for tabs that were not there to hear of the departure.
 */
export interface Stays {
  /** The stay that the user is in; it begins here where none is noted. */
  enter(userId: string): string
  /** This stay and those before it: the departures that a session of this stay came after. */
  knownFrom(userId: string, stay: string): readonly string[]
  /** The user's last departure, if this stay has ended; null if not, or if it is not noted. */
  departureSince(userId: string, stay: string): Departure | null
  /** Notes that the user departed; `known` are stays that may be noted no more. */
  depart(userId: string, known: readonly string[], nextUserId: string | null): Departure
}

const empty: Note = { stays: [], next: null }

/** A note holds no more stays than that: a frozen tab misses fewer. */
const longestNote = 50

const idPattern = /^[0-9a-z]{1,11}-[0-9]{1,3}$/

/** Returns the name of a user's channel, lock and note. */
export function channelNameOf(connectorId: string, userId: string): string {
  // The number is the protocol's: tabs of an app before and after a deployment must not mix.
  return `react-chat-auth 2 ${JSON.stringify([connectorId, userId])}`
}

export function createStays(
  tabs: TabEnvironment,
  environment: Environment,
  connectorId: string,
): Stays {
  const nameOf = (userId: string): string => channelNameOf(connectorId, userId)

  function read(userId: string): Note {
    try {
      const note: unknown = JSON.parse(tabs.readMarker(nameOf(userId)) ?? 'null')
      return readNote(note, nameOf(userId))
    } catch {
      return empty
    }
  }

  function write(userId: string, note: Note): void {
    // With its name in it, a note that was copied from another user's is none.
    const name = nameOf(userId)
    tabs.writeMarker(name, JSON.stringify({ name, ...note }))
  }

  /** The number tells a user's stays apart also where chance is decided, as in tests. */
  function newStay(before: readonly string[]): string {
    return `${Math.floor(environment.random() * 2 ** 52).toString(36)}-${before.length}`
  }

  function enter(userId: string): string {
    const [latest] = read(userId).stays
    if (latest !== undefined) return latest
    // Noted at the beginning already: a departure can then name the stay that it ends, and nothing
    // else that anyone writes here, or writes back, looks like the end of it.
    const stay = newStay([])
    write(userId, { stays: [stay], next: null })
    return stay
  }

  return {
    enter,
    knownFrom(userId, stay) {
      const { stays } = read(userId)
      return stays.includes(stay) ? stays.slice(stays.indexOf(stay)) : [stay]
    },
    departureSince(userId, stay) {
      const { stays, next } = read(userId)
      const [latest] = stays
      if (latest === undefined || latest === stay || !stays.includes(stay)) return null
      return { stay: latest, next }
    },
    depart(userId, known, nextUserId) {
      const before = [...new Set([...read(userId).stays, ...known])]
      const stay = newStay(before)
      const next = nextUserId === null ? null : { userId: nextUserId, stay: enter(nextUserId) }
      write(userId, { stays: [stay, ...before].slice(0, longestNote), next })
      return { stay, next }
    },
  }
}

/** From storage, where anyone may have written. */
function readNote(value: unknown, expectedName: string): Note {
  const { name, stays, next } = (value ?? {}) as { name?: unknown; stays?: unknown; next?: unknown }
  if (name !== expectedName || !Array.isArray(stays)) return empty
  const latest: unknown[] = stays.slice(0, longestNote)
  return latest.every(isStay) ? { stays: latest, next: readSuccessor(next) } : empty
}

/** From another tab; null if it is none. */
export function readDeparture(value: unknown): Departure | null {
  const { stay, next } = (value ?? {}) as { stay?: unknown; next?: unknown }
  return isStay(stay) ? { stay, next: readSuccessor(next) } : null
}

function readSuccessor(value: unknown): Successor | null {
  const { userId, stay } = (value ?? {}) as { userId?: unknown; stay?: unknown }
  return typeof userId === 'string' && userId !== '' && isStay(stay) ? { userId, stay } : null
}

function isStay(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value)
}
