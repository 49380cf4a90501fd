import { createTokenHandler } from '../../server/createTokenHandler.js'
import type { Counters } from '../controls/counters.js'
import type { Timers } from '../controls/timers.js'
import type { Tokens } from './tokens.js'
import { htmlPage, jsonResponse, textResponse, UnreachableError } from '../wire/wire.js'

/**
 * Fault of the token endpoint. `down`: no connection · `hang`: an answer that never comes · `500`, `503`,
 * `429` (both with `Retry-After: 1`), `401`, `403`: that status · `garbage`: an HTML page · `plain-text`:
 * the token as text, which is valid · `empty`: JSON without a token · `stale`: always the last token ·
 * `wrong-user`: another user's token.
 */
export type TokenEndpointFault =
  | 'down'
  | 'hang'
  | '500'
  | '503'
  | '429'
  | '401'
  | '403'
  | 'garbage'
  | 'plain-text'
  | 'empty'
  | 'stale'
  | 'wrong-user'

/** The app's token endpoint, on the backend's host. Requires no sign-in. */
export interface TokenEndpoint {
  /** Path of `GET {path}?user_id=jane`, or `POST` with JSON `{ user_id }`; answers `{ token }`. */
  readonly path: string
  /** URL with the origin of the in-memory and the in-browser host. */
  readonly url: string
  /**
   * Lifetime of its tokens in seconds; `null` for tokens that never expire.
   * @default 3600
   */
  expiresInSeconds: number | null
  /** @default null */
  fault: TokenEndpointFault | null
  /**
   * Milliseconds by which its answers are delayed.
   * @default 0
   */
  slowMs: number
}

export interface TokenEndpointOptions {
  readonly url: string
  readonly tokens: Tokens
  readonly timers: Timers
  readonly counters: Counters
}

interface Minted {
  readonly token: string
}

export function createTokenEndpoint({ url, tokens, timers, counters }: TokenEndpointOptions) {
  const path = '/token'
  const healthy = { expiresInSeconds: 3600, fault: null, slowMs: 0 }
  const endpoint: TokenEndpoint = { path, url: url + path, ...healthy }
  const lastTokens = new Map<string, string>()

  /** Answers as an app's endpoint does, but trusts every caller and every origin. */
  async function answer(request: Request, userId: string, accept?: string): Promise<Response> {
    // Created for each request, because its options may have changed.
    const handler = createTokenHandler({
      secret: tokens.secret,
      authenticate: () => userId,
      expiresInSeconds: endpoint.expiresInSeconds,
      claims: () => ({ jti: tokens.newTokenId() }),
      now: () => new Date(timers.now()),
    })
    const { url: address, method } = request
    const headers = { Accept: accept ?? request.headers.get('Accept') ?? '' }
    const response = await handler(new Request(address, { method, headers }))
    response.headers.set('Access-Control-Allow-Origin', '*')
    if (response.ok && method !== 'HEAD') remember(userId, await response.clone().text())
    return response
  }

  function remember(userId: string, answered: string) {
    const isJson = answered.startsWith('{')
    const { token } = isJson ? (JSON.parse(answered) as Minted) : { token: answered }
    tokens.learn(userId, token)
    lastTokens.set(userId, token)
  }

  return {
    endpoint,

    async handle(request: Request, signal: AbortSignal): Promise<Response> {
      const userId = await readUserId(request)
      if (!userId) return jsonResponse({ error: 'user_id is missing' }, 400)
      counters.tokenCall(userId)
      if (endpoint.slowMs > 0) await timers.sleep(endpoint.slowMs, signal)
      const { fault } = endpoint
      if (fault === 'hang') await timers.sleep(Infinity, signal)
      switch (fault) {
        case 'down':
          throw new UnreachableError('the token endpoint is down')
        case '429':
        case '503':
          return jsonResponse({ error: 'later' }, Number(fault), { 'Retry-After': '1' })
        case '401':
        case '403':
        case '500':
          return jsonResponse({}, Number(fault))
        case 'garbage':
          return textResponse(htmlPage, 200, 'text/html')
        case 'empty':
          return jsonResponse({})
        case 'stale': {
          const token = lastTokens.get(userId)
          return token ? jsonResponse({ token }) : answer(request, userId)
        }
        case 'wrong-user': {
          const { expiresInSeconds } = endpoint
          const token = await tokens.mint(`${userId}-impostor`, {
            issuedAt: new Date(timers.now()),
            expiresInSeconds: expiresInSeconds ?? undefined,
          })
          return jsonResponse({ token })
        }
        case 'plain-text':
          return answer(request, userId, 'text/plain')
        default:
          return answer(request, userId)
      }
    },

    reset() {
      Object.assign(endpoint, healthy)
      lastTokens.clear()
    },
  }
}

async function readUserId(request: Request): Promise<string | null> {
  const query = new URL(request.url).searchParams
  const fromQuery = query.get('user_id') ?? query.get('userId')
  if (fromQuery || request.method === 'GET') return fromQuery
  const body: unknown = await request.json().catch(() => null)
  const { user_id, userId } = (body ?? {}) as Record<string, unknown>
  const fromBody = user_id ?? userId
  return typeof fromBody === 'string' ? fromBody : null
}
