import { isChatAuthError } from '../../../src/core/errors.js'
import type { ChatAuth } from '../../../src/core/chatAuth.js'
import type { ChatAuthState } from '../../../src/core/state.js'
import type { TokenProvider } from '../../../src/core/types.js'
import { AppError, type Watch } from './watch.js'

interface Hands {
  readonly auth: ChatAuth
  readonly mint: (userId: string) => string
  readonly provider: TokenProvider
  /** Signals that the schedule can abort. */
  readonly signal: AbortSignal
}

const a = { id: 'a' }
const b = { id: 'b' }
const goBack = { goBack: true }

/** Methods that an app may call. */
export const intents: Record<string, (hands: Hands) => Promise<unknown> | void> = {
  A: ({ auth }) => auth.connectUser({ ...a }),
  Ad: ({ auth }) => auth.connectUser({ ...a }, undefined, { declared: true }),
  B: ({ auth }) => auth.connectUser({ ...b }),
  As: ({ auth, mint }) => auth.connectUser({ ...a }, mint('a')),
  Bs: ({ auth, mint }) => auth.connectUser({ ...b }, mint('b')),
  Ax: ({ auth }) => auth.connectUser({ ...a }, 'not a token'),
  Ap: ({ auth, provider }) =>
    auth.connectUser(
      { ...a },
      { getToken: (request) => (typeof provider === 'function' ? provider(request) : '') },
    ),
  Aq: ({ auth }) => auth.connectUser({ ...a }, undefined, { paused: true }),
  swA: ({ auth }) => auth.switchUser({ ...a }),
  swB: ({ auth }) => auth.switchUser({ ...b }),
  goA: ({ auth }) => auth.switchUser({ ...a }, undefined, goBack),
  goB: ({ auth }) => auth.switchUser({ ...b }, undefined, goBack),
  guest: ({ auth }) => auth.setGuestUser({ id: 'g' }),
  up: ({ auth }) => auth.upgradeGuest({ ...b }),
  anon: ({ auth }) => auth.connectAnonymousUser(),
  out: ({ auth }) => auth.disconnectUser(),
  leave: ({ auth }) => auth.disconnectUser({ thisTabOnly: true }),
  refresh: ({ auth }) => auth.refreshToken(),
  retry: ({ auth }) => auth.retry(),
  pause: ({ auth }) => auth.pause(),
  resume: ({ auth }) => auth.resume(),
  fetch: ({ auth, signal }) => auth.fetch('/', { signal }),
  dispose: ({ auth }) => auth.dispose(),
}

/** Identity that must be connected once an intent has resolved. */
const targets: Record<string, string | null> = {
  A: 'a',
  Ad: 'a',
  As: 'a',
  Ax: 'a',
  Ap: 'a',
  Aq: 'a',
  swA: 'a',
  goA: 'a',
  B: 'b',
  Bs: 'b',
  swB: 'b',
  goB: 'b',
  up: 'b',
  guest: 'guest',
  anon: 'anonymous',
  out: null,
  leave: null,
  dispose: null,
}

interface Asked {
  readonly name: string
  /** Callback in which the method was called. */
  readonly place: string | null
  /** Time of the call. */
  readonly state: ChatAuthState
  readonly lastTold: () => ChatAuthState
}

interface Call extends Asked {
  outcome: 'pending' | 'resolved' | 'rejected'
  error: unknown
  /** Whether another tab logged out or switched after it. */
  isDisturbed: boolean
  /** Whether something failed in the same task or after it. */
  isHindered: boolean
}

/** Calls of the handle with their outcomes. */
export function createCalls(watch: Watch) {
  const made: Call[] = []
  let wasHindered = false
  /** Failures and messages of another tab that may still take effect. */
  const lasting = { isDisturbed: false, isHindered: false }
  const aborters: AbortController[] = []

  function settle(call: Call, promise: Promise<unknown>): void {
    promise.then(
      () => {
        call.outcome = 'resolved'
        checkTold(call)
      },
      (error: unknown) => {
        call.outcome = 'rejected'
        call.error = error
        const isTyped =
          isChatAuthError(error) || (call.name === 'fetch' && error instanceof AppError)
        watch.check(isTyped, 'calls reject with typed errors', () => error)
        const isTooLate = made.slice(0, made.indexOf(call)).some(({ name }) => name === 'dispose')
        const isToldSo = !isTooLate || codeOf(error) === 'disposed'
        watch.check(isToldSo, 'a call after dispose is told so', () => [call.name, codeOf(error)])
      },
    )
  }

  /** A bad token stays bad at every attempt, and also fails a call that joins its session meanwhile. */
  function hasBadToken({ name }: Asked): boolean {
    const bad = made.filter((other) => other.name === 'Ax')
    if (name === 'Ax' || bad.some(({ outcome }) => outcome === 'pending')) return true
    return name === 'retry' && bad.length > 0
  }

  /** Checks that subscribers were called before the call resolves. */
  function checkTold(call: Call): void {
    const target = targets[call.name]
    const isAlone = call === made.at(-1) && !call.isHindered && !call.isDisturbed
    if (!target || !isAlone) return
    const told = call.lastTold()
    watch.check(
      whoIs(told) === target && 'client' in told,
      'a call resolves once it was told',
      () => [call.name, told.status],
    )
  }

  return {
    made,
    make(asked: Asked, act: (signal: AbortSignal) => Promise<unknown> | void): void {
      const call: Call = {
        ...asked,
        outcome: 'pending',
        error: null,
        isDisturbed: lasting.isDisturbed,
        isHindered:
          lasting.isHindered || hasBadToken(asked) || (wasHindered && !isRetryOfFailure(asked)),
      }
      made.push(call)
      try {
        const aborter = new AbortController()
        aborters.push(aborter)
        const promise = act(aborter.signal)
        if (promise) settle(call, promise)
        else call.outcome = 'resolved'
      } catch (error) {
        watch.fail(`${asked.name} does not throw`, error)
      }
    },
    newTurn(): void {
      wasHindered = false
    },
    abortLatest(): void {
      aborters.pop()?.abort(new AppError('aborted'))
    },
    hinder(): void {
      wasHindered = true
      for (const call of made) call.isHindered = true
    },
    /** A loss that is handled only when `open` has resolved also fails calls made meanwhile. */
    hinderLater(): void {
      lasting.isHindered = true
    },
    disturb(): void {
      lasting.isDisturbed = true
      for (const call of made) call.isDisturbed = true
    },
    pending: () => made.filter(({ outcome }) => outcome === 'pending').map(({ name }) => name),
    /** Number of calls that end a session, except those inside `beforeSessionEnd`. */
    asksOutside: () =>
      made.filter(({ name, place }) => name in targets && place !== 'before').length,
    hasLoggedOutGuest(): boolean {
      const last = made.findLastIndex(isIntent)
      const call = made[last]
      if (call?.name !== 'out' || call.outcome !== 'resolved') return false
      return 'client' in call.state && whoIs(call.state) === 'guest'
    },
    /** Identity that must be connected in the end, by the last intent. */
    checkLatest(state: ChatAuthState): void {
      const disposed = made.find(({ name }) => name === 'dispose')
      if (disposed) {
        return watch.check(
          state.status === 'disconnected',
          'disconnected after dispose',
          () => state,
        )
      }
      const latest = made.findLast(isIntent)
      if (!latest || latest.isDisturbed) return
      const { name, outcome, error, isHindered } = latest
      if (outcome === 'rejected') {
        const code = codeOf(error)
        watch.check(code !== 'superseded', 'the latest intent is not superseded', () => name)
        // A retry finds no session while a failed one is being left.
        const mayReject = isHindered || code === 'vetoed' || code === 'not-connected'
        return watch.check(mayReject, 'the latest intent works in a good world', () => [name, code])
      }
      if (outcome !== 'resolved') return
      const is = `${name}: ${state.status} ${whoIs(state)}`
      if (name === 'retry') {
        const hasWorked = isHindered || 'client' in state
        return watch.check(hasWorked, 'a retry has connected', () => is)
      }
      watch.check(whoIs(state) === targets[name], 'the latest intent wins', () => is)
    },
  }
}

/** Whether a call decides who is connected. */
function isIntent(call: Call): boolean {
  if (codeOf(call.error) === 'not-a-guest') return false
  return call.name in targets || isRetryOfFailure(call)
}

function isRetryOfFailure({ name, state, place }: Asked): boolean {
  return name === 'retry' && (state.status === 'failed' || place === 'session-failed')
}

export type Calls = ReturnType<typeof createCalls>

function codeOf(error: unknown): string | null {
  return isChatAuthError(error) ? error.code : null
}

function whoIs(state: ChatAuthState): string | null {
  if (!('identity' in state)) return null
  return state.identity.type === 'user' ? state.identity.user.id : state.identity.type
}
