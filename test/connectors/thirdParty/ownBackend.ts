import { createUserToken } from '../../../src/server/createUserToken.js'
import type { UserTokenError } from '../../../src/server/userTokenError.js'
import { verifyUserToken } from '../../../src/server/verifyUserToken.js'
import type { ContractBackend, ContractTap, SeenRequest } from '../../../src/testing.js'
import { createBackendCounters } from '../../../src/testing.js'
import type { TokenProvider } from '../../../src/core/types.js'
import { createTimers, type BackendClock } from '../../../src/testing/controls/timers.js'
import { noFaults } from '../../../src/testing/controls/faults.js'
import { createLines, type Line } from './ownLines.js'

const secret = 'the-secret-of-a-small-backend-of-its-own'

/** Error words of this backend for a refused token, by the contract's codes. */
const words: Record<number, string> = {
  5: 'unknown',
  40: 'expired',
  41: 'early',
  42: 'future',
  43: 'forged',
}

/** Error answer of this backend. */
class Problem extends Error {
  constructor(
    readonly status: number,
    readonly word: string,
    /** Code under which the counters count it; null for none. */
    readonly code: number | null = null,
  ) {
    super(word)
  }
}

export type OwnBackend = ReturnType<typeof createOwnBackend>

/** A small backend of an app: Bearer tokens, server-sent events, and words for errors. */
export function createOwnBackend(clock?: BackendClock) {
  const timers = createTimers(clock)
  const counters = createBackendCounters()
  const faults = { ...noFaults }
  const tokenEndpoint: ContractBackend['tokenEndpoint'] = { fault: null, expiresInSeconds: 3600 }
  const requests: SeenRequest[] = []
  const lineTokens: string[] = []
  const lines = createLines(counters)
  const names = new Map<string, string | undefined>(Object.entries({ jane: 'Jane', bob: 'Bob' }))
  const known = new Map<string, Set<string>>()
  const dead = new Set<string>()
  const accepted = new Set<string>()
  let answersHeld: { readonly path: string; readonly until: Promise<void> } | null = null
  let changed = () => {}

  const createToken: ContractBackend['createToken'] = (userId, options = {}) =>
    timers.work(async () => {
      const { expiresInSeconds, issuedAt } = options
      const ofUser = known.get(userId) ?? new Set()
      const token = await createUserToken(userId, {
        ...options,
        secret,
        issuedAt: issuedAt ?? (expiresInSeconds ? new Date(timers.now()) : undefined),
        claims: { jti: `${userId} ${ofUser.size}` },
        now: new Date(0),
      })
      known.set(userId, ofUser.add(token))
      return token
    })

  /** Returns the user id of a token; null for an anonymous request. */
  async function authenticate(token: string): Promise<string | null> {
    if (token === '') return null
    const now = new Date(timers.now() + backend.clockSkewMs)
    const { userId } = await verifyUserToken(token, { secret, now }).catch(
      ({ code }: UserTokenError) => refuse(code),
    )
    if (dead.has(token)) refuse(40)
    if (faults.refuseFreshTokens !== null && !accepted.has(token)) refuse(faults.refuseFreshTokens)
    accepted.add(token)
    return userId
  }

  async function open(token: string, lastId: number, signal: AbortSignal): Promise<Response> {
    const userId = await authenticate(token)
    return lines.open({ userId, name: names.get(userId ?? ''), token, lastId, signal })
  }

  async function answer(seen: SeenRequest, path: string): Promise<object> {
    if (path === '/guests') {
      const { id, name } = JSON.parse(new TextDecoder().decode(seen.body)) as Record<string, string>
      counters.guest()
      const guestId = `guest-${counters.counters.guestsCreated}-${id}`
      names.set(guestId, name)
      return { user: { id: guestId, name }, token: await createToken(guestId) }
    }
    const userId = await authenticate(seen.token ?? '')
    if (userId === null && !(path === '/news' && seen.method === 'GET')) {
      throw new Problem(403, 'sign-in-first')
    }
    if (!['/things', '/profile', '/news'].includes(path)) throw new Problem(404, 'not-here')
    return { things: [] }
  }

  async function act(seen: SeenRequest, path: string, signal: AbortSignal): Promise<Response> {
    const isLine = path === '/events'
    const tell = (status: number, code: number | null) => {
      const { method, requestId } = seen
      const entry = { at: new Date(timers.now()), method, path, userId: seen.userId ?? '', status }
      if (isLine) counters.handshake({ ...entry, requestId: null, code })
      else counters.request({ ...entry, requestId, code })
    }
    try {
      if (faults.answerWith !== null) throw faultOf(faults.answerWith)
      const response = isLine
        ? await open(seen.token ?? '', Number(seen.headers.get('Last-Event-ID')), signal)
        : Response.json(await answer(seen, path))
      tell(200, null)
      return response
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      tell(error.status, error.code)
      const { status, word } = error
      const headers = status === 429 ? { 'Retry-After': `${faults.retryAfterSeconds}` } : {}
      return Response.json({ error: word }, { status, headers })
    }
  }

  async function handle(request: Request, signal: AbortSignal): Promise<Response> {
    const { pathname } = new URL(request.url)
    const response = await timers.work(async () => {
      const seen = await read(request)
      if (pathname === '/events') lineTokens.push(seen.token ?? '')
      else requests.push(seen)
      changed()
      if (faults.slowMs > 0) await timers.sleep(faults.slowMs, signal)
      if (faults.down) throw new TypeError('The backend is down.')
      const { redirectTo: Location } = faults
      if (Location) return new Response(null, { status: 302, headers: { Location } })
      if (faults.nonsense) return new Response('<html></html>')
      return act(seen, pathname, signal)
    })
    if (answersHeld?.path === pathname) await answersHeld.until
    return response
  }

  /** The app's own token endpoint, as its pages call it. */
  const tokenProvider: TokenProvider = async ({ userId, signal }) => {
    counters.tokenCall(userId)
    const { fault, expiresInSeconds } = tokenEndpoint
    if (fault === 'hang') await timers.work(() => timers.sleep(Infinity, signal))
    if (fault) throw new Error(`The token endpoint answered with ${fault}.`)
    return createToken(userId, { expiresInSeconds: expiresInSeconds ?? undefined })
  }

  async function kill(userId: string): Promise<void> {
    for (const token of known.get(userId) ?? []) dead.add(token)
    const endings: Record<string, (line: Line) => void> = {
      'error-event': (line) => line.refuse(words[40]!),
      abnormal: (line) => line.drop(),
    }
    lines.of(userId).forEach(endings[backend.socketExpiry] ?? (() => {}))
  }

  const backend: ContractBackend = {
    get counters() {
      return counters.counters
    },
    subscribe: counters.subscribe,
    tokenEndpoint,
    faults,
    socketExpiry: 'error-event',
    clockSkewMs: 0,
    createToken,
    expireToken: kill,
    revokeTokens: kill,
    dropConnections: (_, userId) => lines.of(userId).forEach((line) => line.drop()),
  }

  const tap: ContractTap = {
    requests,
    socketTokens: lineTokens,
    onChange: (listener) => void (changed = listener),
    mute: lines.mute,
    welcomeAs: lines.welcomeAs,
    tell: async (userId, event) => lines.tell(userId, event),
    holdAnswers(path) {
      let release = () => {}
      const until = new Promise<void>((resolve) => (release = resolve))
      answersHeld = { path, until }
      return () => {
        answersHeld = null
        release()
      }
    },
  }

  return { backend, tap, handle, tokenProvider }
}

function refuse(code: number): never {
  throw new Problem(401, words[code]!, code)
}

const faultOf = (code: number) =>
  code === 9 ? new Problem(429, 'slow-down', code) : new Problem(500, 'broken', code)

async function read(request: Request): Promise<SeenRequest> {
  const { pathname, search } = new URL(request.url)
  const token = request.headers.get('Authorization')?.replace(/^Bearer ?/, '') ?? null
  const [, claims] = token?.split('.') ?? []
  const { user_id: userId = null } = claims
    ? (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { user_id?: string })
    : {}
  return {
    method: request.method,
    path: pathname + search,
    token,
    userId,
    requestId: request.headers.get('X-Request-Id'),
    headers: request.headers,
    body: new Uint8Array(await request.arrayBuffer()),
  }
}
