/** Methods that the token endpoint accepts. */
export const methods = ['GET', 'HEAD', 'POST', 'OPTIONS']

/** Refusals of the token endpoint: `error` in the answer's JSON, its status, and a readable sentence. */
const refusals = {
  'foreign-origin': [403, 'Pages of this origin may not ask for tokens.'],
  'method-not-allowed': [405, 'Ask with GET or POST.'],
  'bad-request': [400, 'The body is neither JSON nor a form.'],
  'too-large': [413, 'The body is larger than 64 KB.'],
  'not-signed-in': [401, 'Nobody is signed in.'],
  'other-user': [403, 'Signed in is another user than the one whose token was asked for.'],
  'locked-out': [403, "This user's tokens are revoked."],
  'just-revoked': [503, "This user's tokens were just revoked. Try again."],
  'rate-limited': [429, 'Too many tokens were asked for. Try again later.'],
  'too-slow': [408, 'The body took too long to arrive.'],
  'client-gone': [499, 'The client broke off.'],
  unavailable: [503, 'The server is not ready to answer. Try again later.'],
  failed: [500, 'The token could not be made.'],
} as const satisfies Record<string, readonly [number, string]>

/** Reason why the token endpoint gave no token. */
export type TokenRefusal = keyof typeof refusals

/** Outcome of a request. */
export interface Outcome {
  /** Reason of a refusal; null for a token or a preflight. */
  readonly refusal: TokenRefusal | null
  readonly token?: string
  /** Seconds until the client may retry. */
  readonly retryAfterSeconds?: number | undefined
}

export function statusOf({ refusal, token }: Outcome): number {
  if (refusal !== null) return refusals[refusal][0]
  return token === undefined ? 204 : 200
}

/** Builds the answer as JSON, or as text if `Accept` prefers that; adds no CORS headers. */
export function answerTo(request: Request, outcome: Outcome): Response {
  const { refusal, token, retryAfterSeconds } = outcome
  const status = statusOf(outcome)
  const headers = new Headers()
  if (status === 204 || status === 405) headers.set('Allow', methods.join(', '))
  if (retryAfterSeconds !== undefined) {
    headers.set('Retry-After', String(Math.ceil(retryAfterSeconds)))
  }
  if (status === 204) return new Response(null, { status, headers })
  const message = refusal === null ? token : refusals[refusal][1]
  const json = refusal === null ? { token } : { error: refusal, message }
  const isText = wantsText(request.headers.get('Accept') ?? '')
  headers.set('Content-Type', isText ? 'text/plain; charset=utf-8' : 'application/json')
  const body = isText ? String(message) : JSON.stringify(json)
  return new Response(request.method === 'HEAD' ? null : body, { status, headers })
}

/**
 * Whether `Accept` prefers plain text to JSON. JSON wins a tie.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
function wantsText(accept: string): boolean {
  const weights = new Map<string, number>()
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    weights.set(type, q ? Number(q.slice(2)) : 1)
  }
  const weightOf = (type: string, subtype: string) =>
    weights.get(`${type}/${subtype}`) ?? weights.get(`${type}/*`) ?? weights.get('*/*') ?? 0
  return weightOf('text', 'plain') > weightOf('application', 'json')
}
