import { answerTo, methods, statusOf, type Outcome } from './answers.js'
import { checkObject, misuse, readInstant } from './checks.js'
import { createUserToken } from './createUserToken.js'
import { holdRequest, isTaken, type HeldRequest } from './heldRequest.js'
import { createHookLimit, LimitError, type HookLimit } from './hookLimit.js'
import { judgeOrigin, type OriginVerdict } from './judgeOrigin.js'
import { judgeRevocation } from './judgeRevocation.js'
import { readWait } from './rateLimit.js'
import { readNamedUsers } from './readNamedUsers.js'
import { readTokenHandlerOptions, type TokenHandlerSettings } from './readTokenHandlerOptions.js'
import { readSession, type Session } from './session.js'
import { readThrown } from './thrown.js'
import type { TokenHandler, TokenHandlerOptions } from './tokenHandlerOptions.js'
import { withHeaders } from './withHeaders.js'

/** Seconds in `Retry-After` when a hook timed out. */
const hookRetrySeconds = 5

/** A request and the facts gathered about it so far. */
interface Visit<Context> {
  readonly request: Request
  readonly context: Context
  readonly limit: HookLimit
  verdict: OriginVerdict
  userId: string | null
  headers: Headers
}

/**
 * Creates the app's token endpoint. It takes `GET …?user_id=jane` or a POST, and answers `{ "token": "…" }`,
 * or the token as text if `Accept` prefers that. The token is for the user that `authenticate` names; the
 * user id in the request is only compared.
 * @throws TypeError for an invalid option, with its remedy
 */
export function createTokenHandler<Context = unknown>(
  options: TokenHandlerOptions<Context>,
): TokenHandler<Context> {
  const settings = readTokenHandlerOptions(options)

  return async (request, ...[context]) => {
    const startedMs = performance.now()
    const visit: Visit<Context> = {
      request,
      context: context as Context,
      limit: createHookLimit(request.signal, settings.hookTimeoutMs),
      verdict: { isAllowed: false, corsOrigin: null },
      userId: null,
      headers: new Headers(),
    }
    const outcome = await decide(settings, visit).catch((error: unknown) =>
      outcomeOf(error, settings, visit),
    )
    visit.limit.end()
    const { userId, verdict, headers } = visit
    const status = statusOf(outcome)
    const tookMs = performance.now() - startedMs
    const { refusal } = outcome
    tell(() => settings.onAnswer?.({ userId, status, refusal, request, tookMs }, visit.context))
    return withHeaders(answerTo(request, outcome), request, verdict, headers)
  }
}

async function decide<Context>(
  settings: TokenHandlerSettings<Context>,
  visit: Visit<Context>,
): Promise<Outcome> {
  const { request, context, limit } = visit
  const { isFriend, secret, rateLimit, revokedBefore, claims, expiresInSeconds } = settings
  visit.verdict = await judgeOrigin(request, (origin) =>
    limit.ask('`allowedOrigins`', () => isFriend(origin)),
  )
  if (!visit.verdict.isAllowed) return { refusal: 'foreign-origin' }
  if (request.method === 'OPTIONS') return { refusal: null }
  if (!methods.includes(request.method)) return { refusal: 'method-not-allowed' }

  // Read before the hooks run, so that a revocation during a hook also covers this token.
  const issuedAt = readInstant(settings.now(), 'now', 'createTokenHandler') ?? new Date()
  const held = await hold(visit)
  const { userId, signedInAt } = await askWho(settings, visit, held)
  if (userId === null) return { refusal: 'not-signed-in' }
  if (held.text === null) return { refusal: 'too-large' }
  const named = await readNamedUsers(held, held.text)
  if (named === null) return { refusal: 'bad-request' }
  if (named.some((id) => id !== userId)) return { refusal: 'other-user' }

  const ask = <T>(hook: string, call: HookOfUser<Context, T> | null | undefined) =>
    limit.ask(hook, () => call?.(userId, held.fresh(), context))
  const waitSeconds = readWait(await ask('`rateLimit`', rateLimit))
  if (waitSeconds > 0) return { refusal: 'rate-limited', retryAfterSeconds: waitSeconds }
  const revoked = await ask('`revokedBefore`', revokedBefore)
  const verdict = judgeRevocation(revoked, signedInAt, issuedAt)
  if (verdict) return verdict

  const further = (await ask('`claims`', claims)) ?? {}
  checkObject(further, 'what `claims` answers', 'createTokenHandler')
  const token = await createUserToken(userId, {
    secret:
      typeof secret === 'function' ? await limit.ask('`secret`', () => secret(context)) : secret,
    issuedAt,
    now: issuedAt,
    expiresInSeconds,
    // `iat` counts whole seconds. Without a `jti`, a client that asks again within the second of a refusal
    // would get the refused string.
    claims: { jti: crypto.randomUUID(), ...further },
  })
  return { refusal: null, token }
}

type HookOfUser<Context, T> = (userId: string, request: Request, context: Context) => T | Promise<T>

async function hold<Context>({ request, limit }: Visit<Context>): Promise<HeldRequest> {
  if (isTaken(request)) {
    throw misuse(
      'createTokenHandler',
      'the body of the request was read before: give the handler request.clone().',
    )
  }
  try {
    return await limit.ask(theBody, () => holdRequest(request, limit.signal))
  } catch (error) {
    throw error instanceof LimitError ? error : new LimitError(null, 'The body broke off.')
  }
}

const theBody = 'the body'

/** Asks who is signed in, and records the session's headers for the answer, whatever its status. */
async function askWho<Context>(
  { authenticate }: TokenHandlerSettings<Context>,
  visit: Visit<Context>,
  held: HeldRequest,
): Promise<Session> {
  const request = held.fresh()
  try {
    const answer = visit.limit.ask('`authenticate`', () => authenticate(request, visit.context))
    const session = readSession(await answer)
    visit.userId = session.userId
    visit.headers = session.headers
    return session
  } catch (error) {
    if (held.text === null && request.bodyUsed) throw new TooLarge()
    const thrown = readThrown(error, true)
    if (thrown?.outcome.refusal !== 'not-signed-in') throw error
    visit.headers = thrown.headers
    return { userId: null, signedInAt: null, headers: thrown.headers }
  }
}

/** Thrown when `authenticate` fails because the body is too large. */
class TooLarge extends Error {}

/** Maps a thrown value to an outcome, so that a fault of the app still gets an answer. */
function outcomeOf<Context>(
  error: unknown,
  { onError }: TokenHandlerSettings<Context>,
  visit: Visit<Context>,
): Outcome {
  if (error instanceof TooLarge) return { refusal: 'too-large' }
  if (error instanceof LimitError && error.hook === null) return { refusal: 'client-gone' }
  if (error instanceof LimitError && error.hook === theBody) return { refusal: 'too-slow' }
  const thrown = readThrown(error, false)
  if (thrown) {
    thrown.headers.forEach((value, name) => visit.headers.append(name, value))
    return thrown.outcome
  }
  tell(() => onError?.(error, visit.request, visit.context))
  return error instanceof LimitError
    ? { refusal: 'unavailable', retryAfterSeconds: hookRetrySeconds }
    : { refusal: 'failed' }
}

/** Calls a listener of the app without waiting; its failure does not change the answer. */
function tell(listener: () => unknown): void {
  Promise.resolve()
    .then(listener)
    .catch(() => {})
}
