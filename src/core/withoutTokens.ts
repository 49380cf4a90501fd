/** What a JWT looks like wherever it stands: two JSON objects in base64url, and a signature. */
const jwt = /ey[\w-]+\.ey[\w-]+\.[\w-]*/g

/** As far as HTTP clients nest what they sent: error, response, config, headers, value. */
const maxDepth = 5

/**
 * A cause that shows no token. What the app or its HTTP client threw is kept as it is, unless a token
 * stands anywhere in it (in a URL, or in headers that the error carries): then only its name, its
 * message and its stack are, with the tokens taken out.
 */
export function withoutTokens(cause: unknown): unknown {
  if (!mentionsToken(cause, 0)) return cause
  if (typeof cause === 'string') return redactTokens(cause)
  if (!(cause instanceof Error)) return new Error('A thrown value that held a token was left out.')
  const safe = new Error(redactTokens(cause.message))
  safe.name = redactTokens(cause.name)
  safe.stack = redactTokens(String(cause.stack))
  return safe
}

/** The text with every token in it replaced. */
export function redactTokens(text: string): string {
  return text.replaceAll(jwt, '<token>')
}

function mentionsToken(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.search(jwt) !== -1
  if (typeof value !== 'object' || value === null) return false
  // What lies deeper, or throws when it is looked at, is not known to be safe.
  if (depth === maxDepth) return true
  try {
    return Reflect.ownKeys(value).some((key) => mentionsToken(Reflect.get(value, key), depth + 1))
  } catch {
    return true
  }
}
