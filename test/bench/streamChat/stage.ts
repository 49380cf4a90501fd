import { performance } from 'node:perf_hooks'
import { decodeJwt } from 'jose'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import type { ChatBackend } from '../../../src/testing/chatBackend.js'
import { serveBackend } from '../../support/serveBackend.js'
import { issuerParam, type Arm, type CreateArm } from './arm.js'

type FetchToken = (userId: string) => Promise<string>

interface HeldRequests {
  readonly count: number
  release(): void
}

/** A server of its own, an arm that talks to it, and the server's view of what the arm does. */
export interface Stage {
  readonly backend: ChatBackend
  readonly arm: Arm
  /** What stands between the arm and the token endpoint; by default nothing. */
  provider: (fetchToken: FetchToken, userId: string) => Promise<string>
  /** From now on requests wait at the server's door, where they are not looked at yet. */
  holdRequests(): HeldRequests
  /** Requests that carried another user's token than that of whom they were made for. */
  crossUserRequests(): number
  /** Who has how many live sockets. Breaks them, for it is found out by dropping one user's. */
  breakSockets(): Record<string, number>
  close(): Promise<void>
}

export async function openStage(createArm: CreateArm): Promise<Stage> {
  const backend = createChatBackend()
  let crossUser = 0
  let waiting = 0
  let door = Promise.resolve()

  function look(request: Request) {
    const query = new URL(request.url).searchParams
    const issuer = query.get(issuerParam)
    if (issuer === null) return
    const carried = userOf(request.headers.get('Authorization'))
    if (carried !== null && carried !== issuer) crossUser++
  }

  const served = await serveBackend({
    ...backend,
    async handle(request, signal) {
      look(request)
      waiting++
      await door
      return backend.handle(request, signal)
    },
  })

  async function fetchToken(userId: string): Promise<string> {
    const response = await fetch(`${served.url}${backend.tokenEndpoint.path}?user_id=${userId}`)
    return ((await response.json()) as { token: string }).token
  }

  const stage: Omit<Stage, 'arm'> = {
    backend,
    provider: (fetchNow, userId) => fetchNow(userId),
    holdRequests() {
      let release = () => {}
      waiting = 0
      door = new Promise((resolve) => (release = resolve))
      return {
        get count() {
          return waiting
        },
        release,
      }
    },
    crossUserRequests: () => crossUser,
    breakSockets() {
      const left = ['jane', 'bob'].map((userId) => {
        const before = backend.counters.liveSockets
        backend.dropConnections('abnormal', userId)
        return [userId, before - backend.counters.liveSockets]
      })
      return Object.fromEntries(left) as Record<string, number>
    },
    async close() {
      await arm.dispose().catch(() => {})
      backend.dispose()
      await served.close()
    },
  }
  const arm = createArm({
    apiKey: backend.apiKey,
    options: {
      baseURL: served.url,
      // Node's own special cases, such as a warning against connecting users there, are for servers.
      browser: true,
      // Not the client's own 3 seconds: a busy machine is not what is measured.
      timeout: 20_000,
    },
    provideToken: (userId) => stage.provider(fetchToken, userId),
  })
  return Object.assign(stage, { arm })
}

/** Whose token it is; nobody's where there is none. */
function userOf(token: string | null): string | null {
  try {
    return String(decodeJwt(token ?? '')['user_id'])
  } catch {
    return null
  }
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export const now = () => performance.now()

/** Resolves with whether it came true in time. */
export async function until(condition: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = now() + withinMs
  while (!condition()) {
    if (now() > deadline) return false
    await sleep(5)
  }
  return true
}
