import { elapsedSince, markNow, type Environment, type Mark } from '../environment.js'
import { ChatAuthError } from '../errors.js'
import type { Life } from '../life.js'
import { within } from '../tools/deadline.js'
import { createDeferred } from '../tools/deferred.js'
import type { HeldToken } from './heldToken.js'
import type { TokenSource } from './tokenSource.js'

export interface TokenDoorOptions {
  readonly life: Life
  readonly environment: Environment
  readonly tokens: Pick<TokenSource, 'whenLasting' | 'refresh'>
  readonly userId: string
  readonly isAnonymous: boolean
  /** Sends a request that shows whether the backend still takes the token. */
  readonly probe: () => Promise<unknown>
}

/** The one way by which a token leaves its session: for other SDKs of the same service. */
export interface TokenDoor {
  /**
   * Resolves with the session's good token; waits until the session has connected.
   * @param forUserId the user that the caller speaks for, if it is certain
   * @throws ChatAuthError `session-ended` for another user; the error that the session ended with
   */
  giveOut(forUserId: string | undefined): Promise<string>
  /** Whether anybody waits for a token. */
  isAwaited(): boolean
  /** The session has connected. */
  open(): void
  /** To be called when the session is over. */
  close(error: ChatAuthError): void
}

/** Milliseconds for which a token counts as good after the backend took it. */
const proofMs = 1000

/** Milliseconds that a probe may take: the caller gets the token then, as far as anybody knows a good one. */
const probeTimeoutMs = 3000

/** Number of probes of one token in a minute after which another product is taken to refuse it. */
const mostProbes = 5

/** Least time between two renewals that are asked for because of that, in milliseconds. */
const askEveryMs = 60_000

export function createTokenDoor(options: TokenDoorOptions): TokenDoor {
  const { life, environment, tokens } = options
  const opened = createDeferred<void>()
  /** The token that was given out last. */
  let given: HeldToken | null = null
  /** Number of callers who wait. */
  let waiting = 0
  /** The probe in flight. */
  let probing: Promise<void> | null = null
  /** Probes of one token, counted for a minute. Set by `isRefusedElsewhere`. */
  let probed: { readonly token: HeldToken; readonly since: Mark; times: number } | null = null
  /** When a token was renewed that only another product may have refused. Set by `isRefusedElsewhere`. */
  let renewedAt: Mark | null = null

  function isOver(minuteSince: Mark): boolean {
    return elapsedSince(environment, minuteSince) >= askEveryMs
  }

  /** Takes in a probe that the chat has answered. Returns whether another token is to be tried. */
  function isRefusedElsewhere(token: HeldToken): boolean {
    if (token.refusedAs !== null) return false
    if (probed?.token !== token || isOver(probed.since)) {
      probed = { token, since: markNow(environment), times: 0 }
    }
    if (++probed.times < mostProbes || (renewedAt && !isOver(renewedAt))) return false
    renewedAt = markNow(environment)
    return true
  }

  function isProven({ acceptedAt }: HeldToken): boolean {
    return acceptedAt !== null && elapsedSince(environment, acceptedAt) < proofMs
  }

  function give(token: HeldToken): string {
    given = token
    return token.value
  }

  function probe(token: HeldToken): Promise<void> {
    probing ??= sendProbe(token)
    return probing
  }

  async function sendProbe(token: HeldToken): Promise<void> {
    try {
      await within(environment, probeTimeoutMs, options.probe())
      life.ensureAlive()
      // Its failure is told by an event. The token at hand is given then.
      if (isRefusedElsewhere(token)) tokens.refresh().catch(() => {})
    } catch {
      // Only a refusal counts, which the gate has reported by now.
    } finally {
      probing = null
    }
  }

  async function find(forUserId: string | undefined): Promise<string> {
    const isForeign = forUserId !== undefined && forUserId !== options.userId
    if (isForeign) throw new ChatAuthError('session-ended')
    if (options.isAnonymous) throw new ChatAuthError('anonymous-not-allowed')
    await opened.promise
    life.ensureAlive()
    const token = await tokens.whenLasting()
    life.ensureAlive()
    // SDKs do not say why they ask. One that asks again may have been refused with this very token,
    // which an idle session does not notice by itself: without this, it gets the dead one for ever.
    if (token === given && !isProven(token)) {
      await probe(token)
      life.ensureAlive()
      const next = await tokens.whenLasting()
      life.ensureAlive()
      return give(next)
    }
    return give(token)
  }

  return {
    giveOut(forUserId) {
      waiting++
      return find(forUserId).finally(() => waiting--)
    },
    isAwaited: () => waiting > 0,
    open: () => opened.resolve(),
    close: (error) => opened.reject(error),
  }
}
