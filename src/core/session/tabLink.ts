import { setLongTimer } from '../tools/deadline.js'
import type { Environment, TabEnvironment } from '../environment.js'
import type { TokenSharing } from '../token/tokenSharing.js'
import { createStays, readDeparture, type Departure, type Successor } from './stays.js'

/** How long a turn lasts beyond its token, in milliseconds: a message may be slower than a lock. */
const lingerMs = 500

/** How long the others wait for the backend to accept a token that this tab was given, in milliseconds. */
const acceptanceMs = 10_000

/** A tab that is frozen keeps its lock: it is waited for no longer than this, in milliseconds. */
const longestTurnMs = 30_000

type TabMessage =
  | { readonly type: 'token-wanted' }
  | { readonly type: 'token'; readonly token: string }
  | ({ readonly type: 'departure' } & Departure)

export interface TabLinkOptions {
  readonly tabs: TabEnvironment
  readonly environment: Environment
  readonly connectorId: string
  readonly userId: string
  /** The user's stay that the session belongs to; undefined: the one that they are in now. */
  readonly stay: string | undefined
  /** How long another tab may keep this one from its turn, in milliseconds. */
  readonly turnTimeoutMs: number
  /** The backend has accepted this token of another tab's; unchecked. */
  readonly onToken: (token: unknown) => void
  /** The user was logged out in another tab, or switched. */
  readonly onDeparture: (next: Successor | null) => void
}

/** What one session has to do with the same user's sessions in other tabs. */
export interface TabLink extends TokenSharing {
  /** The user's stay that this session belongs to. */
  readonly stay: string
  /** Looks whether the user departed while this tab could hear nothing. */
  check(): void
  /** Tells the other tabs that this user departed here. This link must be closed: it would hear it. */
  depart(nextUserId: string | null): void
  close(): void
}

export function createTabLink(options: TabLinkOptions): TabLink {
  const { tabs, environment, userId } = options
  const stays = createStays(tabs, environment, options.connectorId)
  const name = stays.nameOf(userId)
  const stay = options.stay ?? stays.enter(userId)
  /** The departures that this session came after: it may still hear of them, but they are old. */
  const known = stays.knownFrom(userId, stay)
  const channel = tabs.openChannel(name, onMessage)
  let letGo: (() => void) | null = null
  let endWait: (() => void) | null = null
  let cancelEnd: (() => void) | null = null
  /** The token that this tab shared last, for those who missed it; until its turn is over. */
  let shared: string | null = null

  function onMessage(message: unknown): void {
    const { type, token } = (message ?? {}) as { type?: unknown; token?: unknown }
    if (type === 'token') options.onToken(token)
    if (type === 'token-wanted' && shared !== null) post({ type: 'token', token: shared })
    if (type === 'departure') heed(readDeparture(message))
  }

  /** A departure heard is news by itself, whatever the storage has become. */
  function heed(departure: Departure | null): void {
    if (departure && !known.includes(departure.stay)) options.onDeparture(departure.next)
  }

  function post(message: TabMessage): void {
    channel.post(message)
  }

  function dropTurn(): void {
    cancelEnd?.()
    endWait?.()
    letGo?.()
    cancelEnd = endWait = letGo = shared = null
  }

  function endTurnIn(ms: number): void {
    cancelEnd?.()
    cancelEnd = environment.setTimer(dropTurn, ms)
  }

  return {
    stay,
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
    keepTurn: () => endTurnIn(acceptanceMs),
    share(token) {
      shared = token
      post({ type: 'token', token })
      endTurnIn(lingerMs)
    },
    dropTurn,
    check: () => heed(stays.departureSince(userId, stay)),
    depart(nextUserId) {
      const departure = stays.depart(userId, known, nextUserId)
      const last = tabs.openChannel(name, () => {})
      last.post({ type: 'departure', ...departure })
      last.close()
    },
    close: () => channel.close(),
  }
}
