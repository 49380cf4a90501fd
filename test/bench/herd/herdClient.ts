import { isUsable, type HeldToken } from '../../../src/core/token/heldToken.js'
import { renewalDelayMs, renewalRetryDelayMs } from '../../../src/core/token/renewal.js'
import { retryDelayMs } from '../../../src/core/retry.js'
import { remainingLifeMs } from '../../../src/core/token/token.js'

/** As much of a client as decides when it asks for a token. Instants are in milliseconds. */
export interface HerdClient {
  /** When it asks next; Infinity once it has given up. */
  asksAtMs: number
  receivedAtMs: number
  remainingMs: number
  /** Failures since the last token. */
  attempt: number
  /** Failures since the last token died, or since the last try of a good one. */
  failures: number
}

/** What the endpoint says: a token, or nothing, and then perhaps for how long. */
export type EndpointAnswer = 'token' | { readonly retryAfterMs: number | null }

export type Policy = 'as-built' | 'at-expiry'

export const tokenLifeSeconds = 3600

/** The library's own defaults. */
export const settings = {
  renewal: { renewBeforeMs: undefined, minIntervalMs: 500 },
  retry: { maxAttempts: Infinity, minDelayMs: 500, maxDelayMs: 30_000 },
}

/** One that signs in at this moment, which is when it asks first. */
export function createHerdClient(asksAtMs: number): HerdClient {
  return { asksAtMs, receivedAtMs: 0, remainingMs: 0, attempt: 0, failures: 0 }
}

/**
 * What the client makes of an answer at `nowMs`, by the functions of `src/core` that `createTokenSource`
 * decides by. A test runs both side by side. The other policy renews at the very expiry, and never gives
 * up, for otherwise nobody would be left after the first outage.
 */
export function answerClient(
  client: HerdClient,
  answer: EndpointAnswer,
  nowMs: number,
  policy: Policy,
  random: () => number,
): void {
  if (answer === 'token') hold(client, nowMs, policy, random)
  else if (policy === 'as-built' && hasGoodToken(client, nowMs)) {
    const leftMs = client.remainingMs - (nowMs - client.receivedAtMs)
    const failed = { leftMs, attempt: ++client.attempt, retryAfterMs: answer.retryAfterMs }
    client.asksAtMs = nowMs + renewalRetryDelayMs(failed, settings, random())
  } else {
    const failures = ++client.failures
    const isOver = policy === 'as-built' && failures >= settings.retry.maxAttempts
    client.asksAtMs = isOver
      ? Infinity
      : nowMs + retryDelayMs(failures, settings.retry, random(), answer.retryAfterMs)
  }
}

function hold(client: HerdClient, nowMs: number, policy: Policy, random: () => number): void {
  const issuedAtMs = Math.floor(nowMs / 1000) * 1000
  const expiresAtMs = issuedAtMs + tokenLifeSeconds * 1000
  const claims = { issuedAtMs, notBeforeMs: null, expiresAtMs }
  const remainingMs = remainingLifeMs(claims, { wallMs: nowMs, monotonicMs: nowMs }, null)
  const delayMs =
    policy === 'as-built' ? renewalDelayMs(remainingMs, settings.renewal, random()) : remainingMs
  client.asksAtMs = nowMs + (delayMs ?? Infinity)
  client.receivedAtMs = nowMs
  client.remainingMs = remainingMs
  client.attempt = 0
  client.failures = 0
}

function hasGoodToken({ receivedAtMs, remainingMs }: HerdClient, nowMs: number): boolean {
  if (remainingMs === 0) return false
  const token = { refusedAs: null, isEarly: false, remainingMs } as HeldToken
  return isUsable(token, nowMs - receivedAtMs)
}
