import { refusalAnswer, tokenAnswer } from './answers.js'
import { checkObject, readInstant } from './checks.js'
import { createUserToken } from './createUserToken.js'
import { holdRequest, type HeldRequest } from './heldRequest.js'
import { judgeOrigin, type OriginVerdict } from './judgeOrigin.js'
import { judgeRevocation } from './judgeRevocation.js'
import { readWait, retryAfter } from './rateLimit.js'
import { readNamedUsers } from './readNamedUsers.js'
import { readTokenHandlerOptions } from './readTokenHandlerOptions.js'
import type { SignedInUser, TokenHandler, TokenHandlerOptions } from './tokenHandlerOptions.js'

const methods = ['GET', 'HEAD', 'POST', 'OPTIONS']
const allow = { Allow: methods.join(', ') }

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
  const { secret, authenticate, expiresInSeconds, isFriend, now } = settings

  async function decide(request: Request, context: Context): Promise<Response> {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: allow })
    if (!methods.includes(request.method)) {
      return refusalAnswer(request, 'method-not-allowed', allow)
    }
    // Before anything is asked: what is revoked from here on must not be outrun by this token.
    const issuedAt = readInstant(now(), 'now', 'createTokenHandler') ?? new Date()
    const held = await holdRequest(request)
    const user = await askWho(authenticate, held, context)
    if (user === 'too-large') return refusalAnswer(request, 'too-large')
    if (!user) return refusalAnswer(request, 'not-signed-in')
    const { userId, signedInAt } = user

    if (held.text === null) return refusalAnswer(request, 'too-large')
    const named = await readNamedUsers(held, held.text)
    if (named === null) return refusalAnswer(request, 'bad-request')
    if (named.some((id) => id !== userId)) return refusalAnswer(request, 'other-user')

    const waitSeconds = readWait(await options.rateLimit?.(userId, held.fresh(), context))
    if (waitSeconds > 0) return refusalAnswer(request, 'rate-limited', retryAfter(waitSeconds))

    const revokedBefore = await options.revokedBefore?.(userId, held.fresh(), context)
    const verdict = judgeRevocation(revokedBefore, signedInAt, issuedAt)
    if (verdict) {
      return refusalAnswer(request, verdict.refusal, retryAfter(verdict.retryAfterSeconds))
    }
    const claims = (await options.claims?.(userId, held.fresh(), context)) ?? {}
    checkObject(claims, 'what `claims` answers', 'createTokenHandler')
    const token = await createUserToken(userId, {
      secret: typeof secret === 'function' ? await secret(context) : secret,
      issuedAt,
      now: issuedAt,
      expiresInSeconds,
      // Instants are whole seconds: two tokens of one second would be one string, and a client that
      // asks again after a refusal would be given what was refused.
      claims: { jti: crypto.randomUUID(), ...claims },
    })
    return tokenAnswer(request, token)
  }

  async function answer(request: Request, context: Context): Promise<Response> {
    let verdict: OriginVerdict = { isAllowed: false, corsOrigin: null }
    try {
      verdict = await judgeOrigin(request, isFriend)
      const response = verdict.isAllowed
        ? await decide(request, context)
        : refusalAnswer(request, 'foreign-origin')
      return withHeaders(response, request, verdict)
    } catch (error) {
      // A fault of the app's own hook is no reason to leave the client without an answer.
      await Promise.resolve()
        .then(() => options.onError?.(error, request))
        .catch(() => {})
      return withHeaders(refusalAnswer(request, 'failed'), request, verdict)
    }
  }

  return (request, ...[context]) => answer(request, context as Context)
}

async function askWho<Context>(
  authenticate: TokenHandlerOptions<Context>['authenticate'],
  held: HeldRequest,
  context: Context,
): Promise<SignedInUser | 'too-large' | null> {
  const request = held.fresh()
  try {
    const answer = await authenticate(request, context)
    if (!answer) return null
    const user = typeof answer === 'string' ? { userId: answer } : answer
    if (typeof user.userId === 'string' && user.userId !== '') return user
  } catch (thrown) {
    // How guards of sessions say that nobody is signed in, where a thrown Response is an answer.
    const { status } = thrown instanceof Response ? thrown : { status: 0 }
    if (held.text === null && request.bodyUsed) return 'too-large'
    if (status === 401 || status === 403 || (status >= 300 && status < 400)) return null
    throw thrown
  }
  throw new TypeError(
    'createTokenHandler: `authenticate` must return a user id, { userId }, or null.',
  )
}

function withHeaders(
  response: Response,
  request: Request,
  { corsOrigin }: OriginVerdict,
): Response {
  const { headers } = response
  headers.set('Cache-Control', 'no-store')
  headers.set('Vary', 'Origin, Accept')
  headers.set('X-Content-Type-Options', 'nosniff')
  if (corsOrigin === null) return response
  headers.set('Access-Control-Allow-Origin', corsOrigin)
  headers.set('Access-Control-Allow-Credentials', 'true')
  // Not among those that a page may read unasked, and what tells its client when to come back.
  headers.set('Access-Control-Expose-Headers', 'Retry-After')
  if (request.method === 'OPTIONS') {
    headers.set('Access-Control-Allow-Methods', allow.Allow)
    const wanted = request.headers.get('Access-Control-Request-Headers')
    // An origin that may ask at all may send what the app's session needs.
    if (wanted) headers.set('Access-Control-Allow-Headers', wanted)
    headers.set('Access-Control-Max-Age', '600')
  }
  return response
}
