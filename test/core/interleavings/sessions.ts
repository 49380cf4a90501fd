import type { ChatAuthEvent } from '../../../src/core/events.js'
import type { EndedSession } from '../../../src/core/options.js'
import { disconnected, type ChatAuthState } from '../../../src/core/state.js'
import type { Watch } from './watch.js'

type Status = ChatAuthState['status']

/** Pairs of states that a subscriber may hear of one after the other. */
const followers: Record<Status, readonly Status[]> = {
  disconnected: ['connecting'],
  connecting: ['connecting', 'connected', 'paused', 'failed', 'disconnecting'],
  connected: ['connected', 'reconnecting', 'paused', 'failed', 'disconnecting'],
  reconnecting: ['reconnecting', 'connected', 'paused', 'failed', 'disconnecting'],
  paused: ['paused', 'reconnecting', 'failed', 'disconnecting'],
  disconnecting: ['disconnected', 'connecting'],
  failed: ['connecting', 'disconnected'],
}

interface Seen {
  hasConnected: boolean
  hasEnded: boolean
  told: number
}

/** Compares the notifications about sessions with the permitted ones. */
export function createSessions(watch: Watch, hasHooks: boolean) {
  const seen = new Map<string, Seen>()
  let last: ChatAuthState = disconnected
  let isOver = false

  const open = () => [...seen].filter(([, { hasEnded }]) => !hasEnded).map(([id]) => id)

  function onEvent(event: ChatAuthEvent): void {
    watch.worked('events')
    const { type, sessionId } = event
    watch.check(!isOver, 'no event after dispose', () => type)
    if (type === 'session-started') {
      watch.check(!seen.has(sessionId), 'a session starts once')
      watch.check(open().length === 0, 'one session has ended before the next starts', () => event)
      seen.set(sessionId, { hasConnected: false, hasEnded: false, told: 0 })
      return
    }
    const session = seen.get(sessionId)
    watch.check(session !== undefined, 'no event of a session before its start', () => type)
    if (!session) return
    watch.check(!session.hasEnded, "no event after its session's end", () => type)
    if (type === 'session-connected' || type === 'session-paused') session.hasConnected = true
    if (type === 'session-ended' || type === 'session-failed') session.hasEnded = true
  }

  /** Whether `to` may be the next state heard of after `from`: two changes later, or three with hooks. */
  function isLegal(from: Status, to: Status, steps = hasHooks ? 3 : 2): boolean {
    if (followers[from].includes(to)) return true
    return steps > 1 && followers[from].some((between) => isLegal(between, to, steps - 1))
  }

  return {
    onEvent,
    onTold(state: ChatAuthState): void {
      watch.worked('told')
      watch.check(!isOver, 'no state is told after dispose', () => state.status)
      const pair = `${last.status} → ${state.status}`
      watch.check(
        isLegal(last.status, state.status),
        'states follow each other legally',
        () => pair,
      )
      last = state
      const session = 'sessionId' in state ? seen.get(state.sessionId) : undefined
      if (session) session.hasConnected = true
    },
    lastTold: () => last,
    onAfter({ sessionId }: EndedSession): void {
      const session = seen.get(sessionId)
      watch.check(session !== undefined, 'afterSessionEnd is of a session that was told')
      if (!session) return
      session.told++
      watch.check(session.hasConnected, 'afterSessionEnd only after a connect', () => sessionId)
      watch.check(session.hasEnded, 'afterSessionEnd only after the end', () => sessionId)
      watch.check(session.told === 1, 'afterSessionEnd once', () => sessionId)
    },
    /** Forbids any further notification. */
    over(): void {
      isOver = true
    },
    checkAllEnded(): void {
      watch.check(open().length === 0, 'every session that started is told to have ended', open)
      for (const [id, { hasConnected, told }] of seen) {
        watch.check(
          told === (hasConnected ? 1 : 0),
          'afterSessionEnd once for each connect',
          () => [id, { hasConnected, told }],
        )
      }
    },
  }
}

export type Sessions = ReturnType<typeof createSessions>
