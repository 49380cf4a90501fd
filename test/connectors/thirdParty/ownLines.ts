import type { ChatUser } from '../../../src/core/types.js'
import type { Counters } from '../../../src/testing.js'

/** A stream of events, on the backend's side. */
export interface Line {
  readonly userId: string | null
  say(event: object): void
  /** Reports that the token is dead, and ends the stream. */
  refuse(word: string): void
  /** Breaks the stream off. */
  drop(): void
}

export interface LineRequest {
  /** null for an anonymous session. */
  readonly userId: string | null
  readonly name: string | undefined
  readonly token: string
  readonly lastId: number
  readonly signal: AbortSignal
}

/** Keeps the streams of a backend. Each begins with a welcome and the events that its user has missed. */
export function createLines(counters: Counters) {
  const lines = new Set<Line>()
  const told: { readonly id: number; readonly userId: string; readonly event: object }[] = []
  let isMute = false
  let stranger: ChatUser | null = null

  const of = (userId?: string | null) =>
    [...lines].filter((line) => userId === undefined || line.userId === userId)

  function recount(userId: string | null) {
    counters.sockets(lines.size, userId ?? 'nobody', of(userId).length)
  }

  function open({ userId, name, lastId, signal }: LineRequest): Response {
    let outlet: ReadableStreamDefaultController<Uint8Array> | null = null
    const end = (how: (outlet: ReadableStreamDefaultController<Uint8Array>) => void) => {
      if (!lines.delete(line)) return
      how(outlet!)
      recount(userId)
    }
    const line: Line = {
      userId,
      say(event) {
        if (!isMute) outlet?.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`))
      },
      refuse(error) {
        line.say({ id: 0, type: 'refused', error })
        end((open) => open.close())
      },
      drop: () => end((open) => open.error(new TypeError('The line broke.'))),
    }
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (outlet = controller),
      cancel: () => end(() => {}),
    })
    signal.addEventListener('abort', () => end((open) => open.error(signal.reason)))
    lines.add(line)
    recount(userId)
    line.say({ id: 0, type: 'welcome', user: stranger ?? (userId && { id: userId, name }) })
    for (const { id, event, userId: to } of told) {
      if (lastId > 0 && id > lastId && to === userId) line.say({ ...event, id })
    }
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }

  return {
    open,
    of,
    mute: (muted = true) => void (isMute = muted),
    welcomeAs: (user: ChatUser) => void (stranger = user),
    tell(userId: string, event: object) {
      const id = told.length + 1
      told.push({ id, userId, event })
      for (const line of of(userId)) line.say({ ...event, id })
    },
  }
}
