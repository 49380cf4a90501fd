import { refusalAnswer, tokenAnswer } from './answers.js'
import { createUserToken } from './createUserToken.js'
import { judgeOrigin, readOrigins, type OriginVerdict } from './judgeOrigin.js'
import { judgeRevocation } from './judgeRevocation.js'
import { readLifetime } from './lifetime.js'
import { readNamedUsers } from './readNamedUsers.js'
import { readSecrets } from './secrets.js'
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
  const { secret, authenticate, allowedOrigins = [], expiresInSeconds = 3600 } = options
  if (typeof authenticate !== 'function') {
    throw new TypeError(
      'createTokenHandler: `authenticate` is missing: pass a function that says who is signed in.',
    )
  }
  if (typeof secret !== 'function') readSecrets(secret, 'createTokenHandler')
  if (expiresInSeconds !== null) readLifetime(expiresInSeconds, 'createTokenHandler')
  const origins = readOrigins(allowedOrigins)
  const now = options.now ?? (() => new Date())

  async function decide(request: Request, context: Context): Promise<Response> {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: allow })
    if (!methods.includes(request.method)) {
      return refusalAnswer(request, 'method-not-allowed', allow)
    }
    // Before anything is asked: what is revoked from here on must not be outrun by this token.
    const issuedAt = now()
    const user = await askWho(authenticate, request, context)
    if (!user) return refusalAnswer(request, 'not-signed-in')
    const { userId, signedInAt } = user

    const named = await readNamedUsers(request)
    if (named === 400) return refusalAnswer(request, 'bad-request')
    if (named === 413) return refusalAnswer(request, 'too-large')
    if (named.some((id) => id !== userId)) return refusalAnswer(request, 'other-user')

    const waitSeconds = await options.rateLimit?.(userId, request, context)
    if (waitSeconds && waitSeconds > 0)
      return refusalAnswer(request, 'rate-limited', retryAfter(waitSeconds))

    const revokedBefore = await options.revokedBefore?.(userId, request, context)
    const verdict = judgeRevocation(revokedBefore, signedInAt, issuedAt)
    if (verdict) {
      return refusalAnswer(request, verdict.refusal, retryAfter(verdict.retryAfterSeconds))
    }
    const token = await createUserToken(userId, {
      secret: typeof secret === 'function' ? await secret(context) : secret,
      issuedAt,
      now: issuedAt,
      expiresInSeconds: expiresInSeconds ?? undefined,
      // Instants are whole seconds: two tokens of one second would be one string, and a client that
      // asks again after a refusal would be given what was refused.
      claims: { jti: crypto.randomUUID(), ...(await options.claims?.(userId, request, context)) },
    })
    return tokenAnswer(request, token)
  }

  async function answer(request: Request, context: Context, isAllowed: boolean): Promise<Response> {
    if (!isAllowed) return refusalAnswer(request, 'foreign-origin')
    try {
      return await decide(request, context)
    } catch (error) {
      // A fault of the app's own hook is no reason to leave the client without an answer.
      await Promise.resolve()
        .then(() => options.onError?.(error, request))
        .catch(() => {})
      return refusalAnswer(request, 'failed')
    }
  }

  return async (request, ...[context]) => {
    const verdict = judgeOrigin(request, origins)
    const response = await answer(request, context as Context, verdict.isAllowed)
    return withHeaders(response, request, verdict)
  }
}

async function askWho<Context>(
  authenticate: TokenHandlerOptions<Context>['authenticate'],
  request: Request,
  context: Context,
): Promise<SignedInUser | null> {
  try {
    const answer = await authenticate(request, context)
    if (!answer) return null
    const user = typeof answer === 'string' ? { userId: answer } : answer
    if (typeof user.userId === 'string' && user.userId !== '') return user
  } catch (thrown) {
    // How guards of sessions say that nobody is signed in, where a thrown Response is an answer.
    const { status } = thrown instanceof Response ? thrown : { status: 0 }
    if (status === 401 || status === 403 || (status >= 300 && status < 400)) return null
    throw thrown
  }
  throw new TypeError(
    'createTokenHandler: `authenticate` must return a user id, { userId }, or null.',
  )
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined
    ? {}
    : { 'Retry-After': String(Math.ceil(Math.min(seconds, 86_400))) }
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
