import { isChatAuthError } from '../../../src/core/errors.js'
import type { ChatAuth } from '../../../src/core/chatAuth.js'
import type { ChatAuthState } from '../../../src/core/state.js'
import type { TokenProvider } from '../../../src/core/types.js'
import { AppError, type Watch } from './watch.js'

interface Hands {
  readonly auth: ChatAuth
  readonly mint: (userId: string) => string
  readonly provider: TokenProvider
  /** Aborted by the schedule. */
  readonly signal: AbortSignal
}

const a = { id: 'a' }
const b = { id: 'b' }
const goBack = { goBack: true }

/** All that an app may ask for. */
export const intents: Record<string, (hands: Hands) => Promise<unknown> | void> = {
  A: ({ auth }) => auth.connectUser({ ...a }),
  B: ({ auth }) => auth.connectUser({ ...b }),
  As: ({ auth, mint }) => auth.connectUser({ ...a }, mint('a')),
  Bs: ({ auth, mint }) => auth.connectUser({ ...b }, mint('b')),
  Ax: ({ auth }) => auth.connectUser({ ...a }, 'not a token'),
  Ap: ({ auth, provider }) =>
    auth.connectUser(
      { ...a },
      { getToken: (request) => (typeof provider === 'function' ? provider(request) : '') },
    ),
  swA: ({ auth }) => auth.switchUser({ ...a }),
  swB: ({ auth }) => auth.switchUser({ ...b }),
  goA: ({ auth }) => auth.switchUser({ ...a }, undefined, goBack),
  goB: ({ auth }) => auth.switchUser({ ...b }, undefined, goBack),
  guest: ({ auth }) => auth.setGuestUser({ id: 'g' }),
  up: ({ auth }) => auth.upgradeGuest({ ...b }),
  anon: ({ auth }) => auth.connectAnonymousUser(),
  out: ({ auth }) => auth.disconnectUser(),
  refresh: ({ auth }) => auth.refreshToken(),
  retry: ({ auth }) => auth.retry(),
  fetch: ({ auth, signal }) => auth.fetch('/', { signal }),
  dispose: ({ auth }) => auth.dispose(),
}

/** Who is to be there once an intent has resolved. */
const targets: Record<string, string | null> = {
  A: 'a',
  As: 'a',
  Ax: 'a',
  Ap: 'a',
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
  dispose: null,
}

interface Asked {
  readonly name: string
  /** The callback from inside which it was asked for. */
  readonly place: string | null
  /** When it was asked for. */
  readonly state: ChatAuthState
  readonly lastTold: () => ChatAuthState
}

interface Call extends Asked {
  outcome: 'pending' | 'resolved' | 'rejected'
  error: unknown
  /** Another tab had a say after it. */
  isDisturbed: boolean
  /** Something went wrong in the same turn or after it. */
  isHindered: boolean
}

/** Every call of the handle, and what became of it. */
export function createCalls(watch: Watch) {
  const made: Call[] = []
  let wasHindered = false
  /** What has gone wrong, or has been said in another tab, and may yet come out. */
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

  /** A bad token stays bad, however often it is tried, and fails who joins its session meanwhile. */
  function hasBadToken({ name }: Asked): boolean {
    const bad = made.filter((other) => other.name === 'Ax')
    if (name === 'Ax' || bad.some(({ outcome }) => outcome === 'pending')) return true
    return name === 'retry' && bad.length > 0
  }

  /** Subscribers have heard of what a call brought when it resolves. */
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
    /** A loss that is looked at only when `open` has resolved fails those who come meanwhile. */
    hinderLater(): void {
      lasting.isHindered = true
    },
    disturb(): void {
      lasting.isDisturbed = true
      for (const call of made) call.isDisturbed = true
    },
    pending: () => made.filter(({ outcome }) => outcome === 'pending').map(({ name }) => name),
    /** How often the app asked for an end, not counting what it asked inside `beforeSessionEnd`. */
    asksOutside: () =>
      made.filter(({ name, place }) => name in targets && place !== 'before').length,
    hasLoggedOutGuest(): boolean {
      const last = made.findLastIndex(isIntent)
      const call = made[last]
      if (call?.name !== 'out' || call.outcome !== 'resolved') return false
      return 'client' in call.state && whoIs(call.state) === 'guest'
    },
    /** The last intent says who is there in the end. */
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
        // A retry while a failed session is being left finds nobody there.
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

/** Whether it decides who is to be there. */
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
