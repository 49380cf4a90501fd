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

/** When a client may come back after a hook that did not answer, in seconds. */
const hookRetrySeconds = 5

/** One request, and what has come to light about it. */
interface Visit<Context> {
  readonly request: Request
  readonly context: Context
  readonly limit: HookLimit
  verdict: OriginVerdict
  userId: string | null
  headers: Headers
}

/**
 * The app's token endpoint: `GET …?user_id=jane` or a POST, answered with `{ "token": "…" }`, or with the
 * token as text where `Accept` prefers that. The token is for whom `authenticate` names, and the user id
 * in the request is only compared.
 * @throws TypeError for options that cannot work; it names the remedy
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

  // Before anything is asked: what is revoked from here on must not be outrun by this token.
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
    // Instants are whole seconds: two tokens of one second would be one string, and a client that
    // asks again after a refusal would be given what was refused.
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

/** Whoever is signed in. What goes out with the answer is noted, whatever that will be. */
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

/** Thrown where `authenticate` failed over a body that is too large. */
class TooLarge extends Error {}

/** What comes of a request where something was thrown: a fault of the app's is no reason not to answer. */
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

/** Calls a listener of the app's, which neither delays an answer nor changes it. */
function tell(listener: () => unknown): void {
  Promise.resolve()
    .then(listener)
    .catch(() => {})
}
