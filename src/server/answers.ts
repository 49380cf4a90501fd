/** Why there is no token, as `error` in the answer's JSON; its status, and a sentence for people. */
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
  failed: [500, 'The token could not be made.'],
} as const satisfies Record<string, readonly [number, string]>

/** Why the token endpoint gave no token. */
export type TokenRefusal = keyof typeof refusals

export function tokenAnswer(request: Request, token: string): Response {
  return answer(request, 200, token, { token })
}

export function refusalAnswer(
  request: Request,
  error: TokenRefusal,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const [status, message] = refusals[error]
  return answer(request, status, message, { error, message }, headers)
}

function answer(
  request: Request,
  status: number,
  text: string,
  json: object,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const isText = wantsText(request.headers.get('Accept') ?? '')
  const body = isText ? text : JSON.stringify(json)
  return new Response(request.method === 'HEAD' ? null : body, {
    status,
    headers: {
      'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json',
      ...headers,
    },
  })
}

/**
 * Whether `Accept` would rather have plain text than JSON; where it does not care, JSON it is.
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
