import { setLongTimer } from './deadline.js'
import type { Environment, TabEnvironment } from './environment.js'

/** How long a turn lasts beyond its token, in milliseconds: a message may be slower than a lock. */
const lingerMs = 500

/** A tab that is frozen keeps its lock: it is waited for no longer than this, in milliseconds. */
const longestTurnMs = 30_000

/** Whom the tabs of a user go on with, and how often they had departed when they were chosen. */
export interface Successor {
  readonly userId: string
  readonly departures: number
}

/** A user was logged out, for the `count`th time in this browser; or another took their place. */
interface Departure {
  readonly count: number
  readonly next: Successor | null
}

type TabMessage =
  | { readonly type: 'token-wanted' }
  | { readonly type: 'token'; readonly token: string }
  | ({ readonly type: 'departure' } & Departure)

export interface TabLinkOptions {
  readonly tabs: TabEnvironment
  readonly environment: Environment
  readonly connectorId: string
  readonly userId: string
  /** The departures of this user that came before this session; undefined: all until now. */
  readonly departures: number | undefined
  /** How long another tab may keep this one from its turn, in milliseconds. */
  readonly turnTimeoutMs: number
  /** Another tab was given this token; unchecked. */
  readonly onToken: (token: unknown) => void
  /** The user was logged out in another tab, or switched. */
  readonly onDeparture: (next: Successor | null) => void
}

/** The token sources of one user's tabs take turns, and tell each other what they get. */
export interface TokenSharing {
  /**
   * Resolves when this tab may call its provider: no other is doing so, or it takes too long; also at
   * `dropTurn`. The turn is a courtesy and not a lock: nothing here relies on being alone.
   */
  takeTurn(): Promise<void>
  /** Tells the other tabs the token that this one was given. */
  share(token: string): void
  /** Ends the turn; after `share` only once the others have heard of it, who would else call as well. */
  endTurn(): void
  /** Ends the turn, or the wait for it, now. */
  dropTurn(): void
}

/** What one session has to do with the same user's sessions in other tabs. */
export interface TabLink extends TokenSharing {
  /** The departures of this user that this session is younger than. */
  readonly departures: number
  /** Looks whether the user departed while this tab could hear nothing. */
  check(): void
  /** Tells the other tabs that this user departed here. This link must be closed: it would hear it. */
  depart(nextUserId: string | null): void
  close(): void
}

export function createTabLink(options: TabLinkOptions): TabLink {
  const { tabs, environment, userId } = options
  const name = nameOf(userId)
  const departures = options.departures ?? lastDeparture(userId).count
  const channel = tabs.openChannel(name, onMessage)
  let letGo: (() => void) | null = null
  let endWait: (() => void) | null = null
  let cancelLinger: (() => void) | null = null
  /** What this tab was given last, for those who missed it; until its turn is over. */
  let shared: string | null = null

  function nameOf(id: string): string {
    // The number is the protocol's: tabs of an app before and after a deployment must not mix.
    return `react-chat-auth 1 ${JSON.stringify([options.connectorId, id])}`
  }

  function lastDeparture(id: string): Departure {
    try {
      return readDeparture(JSON.parse(tabs.readMarker(nameOf(id)) ?? 'null'))
    } catch {
      return readDeparture(null)
    }
  }

  function onMessage(message: unknown): void {
    const { type, token } = (message ?? {}) as { type?: unknown; token?: unknown }
    if (type === 'token') options.onToken(token)
    if (type === 'token-wanted' && shared !== null) post({ type: 'token', token: shared })
    if (type === 'departure') heed(readDeparture(message))
  }

  function heed({ count, next }: Departure): void {
    // What is not newer than this session is not about it: the user has been connected again since.
    if (count > departures) options.onDeparture(next)
  }

  function post(message: TabMessage): void {
    channel.post(message)
  }

  function dropTurn(): void {
    cancelLinger?.()
    endWait?.()
    letGo?.()
    cancelLinger = endWait = letGo = shared = null
  }

  return {
    departures,
    takeTurn: () =>
      new Promise((resolve) => {
        dropTurn()
        const cancelTimeout = setLongTimer(
          environment,
          resolve,
          Math.min(options.turnTimeoutMs, longestTurnMs),
        )
        endWait = () => {
          cancelTimeout()
          resolve()
        }
        letGo = tabs.holdLock(name, endWait)
        post({ type: 'token-wanted' })
      }),
    share(token) {
      shared = token
      post({ type: 'token', token })
    },
    endTurn() {
      if (shared === null) return dropTurn()
      cancelLinger?.()
      cancelLinger = environment.setTimer(dropTurn, lingerMs)
    },
    dropTurn,
    check: () => heed(lastDeparture(userId)),
    depart(nextUserId) {
      const departure: Departure = {
        count: Math.max(departures, lastDeparture(userId).count) + 1,
        next: nextUserId === null ? null : successor(nextUserId),
      }
      tabs.writeMarker(name, JSON.stringify(departure))
      const last = tabs.openChannel(name, () => {})
      last.post({ type: 'departure', ...departure })
      last.close()
    },
    close: () => channel.close(),
  }

  function successor(id: string): Successor {
    return { userId: id, departures: lastDeparture(id).count }
  }
}

/** From another tab, or from storage, where anyone may have written. */
function readDeparture(value: unknown): Departure {
  const { count, next } = (value ?? {}) as { count?: unknown; next?: Partial<Successor> | null }
  const isNext = typeof next?.userId === 'string' && typeof next.departures === 'number'
  return {
    count: typeof count === 'number' ? count : 0,
    next: isNext ? { userId: String(next.userId), departures: Number(next.departures) } : null,
  }
}
