import { createPause, setLongTimer } from '../tools/deadline.js'
import type { Environment, TabEnvironment } from '../environment.js'
import type { LentToken, TokenSharing } from '../token/tokenSharing.js'
import {
  channelNameOf,
  createStays,
  readDeparture,
  type Departure,
  type Successor,
} from './stays.js'

/** How long a turn lasts beyond its token, in milliseconds: a message may be slower than a lock. */
const lingerMs = 500

/** How long the others wait for the backend to accept a token that this tab was given, in milliseconds. */
const acceptanceMs = 10_000

/** A tab that is frozen keeps its lock: it is waited for no longer than this, in milliseconds. */
const longestTurnMs = 30_000

/** Longest wait for the answer to `token-wanted`, in milliseconds: a frozen lender cannot answer. */
const answerMs = 1000

type TabMessage =
  | { readonly type: 'token-wanted' }
  | ({ readonly type: 'token' } & LentToken)
  | ({ readonly type: 'departure' } & Departure)
  /** The user has connected; tabs that declare the same user connect as well. */
  | { readonly type: 'arrival' }

export interface TabLinkOptions {
  readonly tabs: TabEnvironment
  readonly environment: Environment
  readonly connectorId: string
  readonly userId: string
  /** The user's stay that the session belongs to; undefined: the one that they are in now. */
  readonly stay: string | undefined
  /** How long another tab may keep this one from its turn, in milliseconds. */
  readonly turnTimeoutMs: number
  /** The backend has accepted this token of another tab's, with so much of its life left; unchecked. */
  readonly onToken: (token: unknown, leftMs: unknown) => void
  /** The user was logged out in another tab, or switched. */
  readonly onDeparture: (next: Successor | null) => void
}

interface Lending {
  readonly give: () => LentToken | null
  readonly leave: () => void
}

/** What one session has to do with the same user's sessions in other tabs. */
export interface TabLink extends TokenSharing {
  /** The user's stay that this session belongs to. */
  readonly stay: string
  /** Looks whether the user departed while this tab could hear nothing. */
  check(): void
  /** Tells the other tabs that this user has connected here. */
  arrive(): void
  /** Tells the other tabs that this user departed here. This link must be closed: it would hear it. */
  depart(nextUserId: string | null): void
  close(): void
}

export function createTabLink(options: TabLinkOptions): TabLink {
  const { tabs, environment, userId } = options
  const stays = createStays(tabs, environment, options.connectorId)
  const name = channelNameOf(options.connectorId, userId)
  /** Start of the names of the locks that lending tabs hold, one each. */
  const lenderPrefix = `${name} `
  const stay = options.stay ?? stays.enter(userId)
  /** The departures that this session came after: it may still hear of them, but they are old. */
  const known = stays.knownFrom(userId, stay)
  const channel = tabs.openChannel(name, onMessage)
  let letGo: (() => void) | null = null
  let endWait: (() => void) | null = null
  let cancelEnd: (() => void) | null = null
  /** The wait for the answer to `token-wanted`. A token that is taken ends it, through `dropTurn`. */
  const answerWait = createPause(environment)
  /** Set by `lend`; null before, and after `leave`. */
  let lending: Lending | null = null

  function onMessage(message: unknown): void {
    const { type, token, leftMs } = (message ?? {}) as Record<string, unknown>
    if (type === 'token') options.onToken(token, leftMs)
    if (type === 'token-wanted') answer(lending?.give() ?? null)
    if (type === 'departure') heed(readDeparture(message))
  }

  function answer(lent: LentToken | null): void {
    if (lent) post({ type: 'token', ...lent })
  }

  /** A departure heard is news by itself, whatever the storage has become. */
  function heed(departure: Departure | null): void {
    if (departure && !known.includes(departure.stay)) options.onDeparture(departure.next)
  }

  function post(message: TabMessage): void {
    channel.post(message)
  }

  function dropTurn(): void {
    answerWait.end()
    cancelEnd?.()
    endWait?.()
    letGo?.()
    cancelEnd = endWait = letGo = null
  }

  /** Asks the lending tabs for their token. Returns the wait for it; null where it cannot be limited. */
  function untilAnswered(): Promise<void> | null {
    post({ type: 'token-wanted' })
    if (!tabs.isAnyoneThere) return null
    const waited = answerWait.wait(answerMs)
    void tabs.isAnyoneThere(lenderPrefix).then((isThere) => {
      if (!isThere) answerWait.end()
    })
    return waited
  }

  function endTurnIn(ms: number): void {
    cancelEnd?.()
    cancelEnd = environment.setTimer(dropTurn, ms)
  }

  return {
    stay,
    takeTurn: (asks) =>
      new Promise((resolve) => {
        dropTurn()
        const answered = asks ? untilAnswered() : null
        const cancelTimeout = setLongTimer(
          environment,
          resolve,
          Math.min(options.turnTimeoutMs, longestTurnMs),
        )
        const end = () => {
          cancelTimeout()
          resolve()
        }
        endWait = end
        letGo = tabs.holdLock(name, () => (answered ? void answered.then(end) : end()))
      }),
    keepTurn: () => endTurnIn(acceptanceMs),
    share(lent) {
      post({ type: 'token', ...lent })
      endTurnIn(lingerMs)
    },
    lend(give) {
      if (lending) return
      // The browser frees the lock of a crashed tab. The name is unique, so that no tab waits for it.
      const id = Math.floor(environment.random() * 2 ** 52).toString(36)
      lending = { give, leave: tabs.holdLock(lenderPrefix + id, () => {}) }
    },
    dropTurn,
    leave() {
      dropTurn()
      lending?.leave()
      lending = null
    },
    check: () => heed(stays.departureSince(userId, stay)),
    arrive: () => post({ type: 'arrival' }),
    depart(nextUserId) {
      const departure = stays.depart(userId, known, nextUserId)
      const last = tabs.openChannel(name, () => {})
      last.post({ type: 'departure', ...departure })
      last.close()
    },
    close: () => channel.close(),
  }
}

/** Whether another tab's message says that the user has connected there. */
export function isArrival(message: unknown): boolean {
  return (message as { type?: unknown } | null)?.type === 'arrival'
}
