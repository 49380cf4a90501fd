import type { ChatAuthEvent, PauseReason, TokenReason } from '../../src/index.js'

/** Description of an event, with its subject. */
export interface Description {
  readonly topic: 'session' | 'token' | 'request' | 'socket'
  /** Describes an event; `count` is the number of equal events merged into it. */
  readonly text: (count: number) => string
  readonly isProblem?: boolean
}

const reasons: Record<TokenReason, string> = {
  connect: 'the first one',
  renewal: 'time for a new one',
  expired: 'the old one expired',
  refused: 'the old one was refused',
  manual: 'refreshToken() was called',
}

const pausers: Record<PauseReason, string> = {
  app: 'by the app',
  hidden: 'the app is hidden',
  client: "by the client's own call",
}

export function describeEvent(event: ChatAuthEvent): Description {
  switch (event.type) {
    case 'session-started':
      return session(`Connecting (${event.identityType})`)
    case 'session-connected':
      return session(`Connected as ${event.userId}`)
    case 'session-paused':
      return session(`Paused: ${pausers[event.by]}`)
    case 'session-resumed':
      return session('Resumed')
    case 'session-ended':
      return session('Session over')
    case 'session-failed':
      return { ...session(`Session failed: ${event.code}`), isProblem: true }
    case 'token-requested':
      return token(`Asked the token provider: ${reasons[event.reason]}${nth(event.attempt)}`)
    case 'token-received':
      return token(`New token, ${expiry(event.expiresAtMs)}`)
    case 'token-request-failed':
      return problem('token', `No token: ${event.code}${retry(event.retryInMs)}`)
    case 'token-refused': {
      const { code, by, wasReplaced } = event
      const note = wasReplaced ? ' (being replaced)' : ''
      const what = by === 'connection' ? 'the socket' : null
      return {
        topic: 'token',
        text: (count) => `Backend refused ${what ?? requests(count)} with ${code}${note}`,
      }
    }
    case 'clock-skew-detected':
      return token(`This clock is off by ${seconds(Math.abs(event.skewMs))}`)
    case 'request-held':
      return { topic: 'request', text: (count) => `Holding ${requests(count)}` }
    case 'request-released':
      return { topic: 'request', text: (count) => `Let ${requests(count)} go` }
    case 'request-replayed':
      return { topic: 'request', text: (count) => `Sent ${requests(count)} again` }
    case 'request-rejected':
      return {
        topic: 'request',
        text: (count) => `Rejected ${requests(count)}: ${event.code ?? 'aborted'}`,
        isProblem: true,
      }
    case 'connection-opened':
      return { topic: 'socket', text: () => 'Socket open' }
    case 'connection-lost':
      return { topic: 'socket', text: () => `Socket lost: ${event.code}` }
    case 'connection-attempt-failed':
      return problem('socket', `No socket: ${event.code}${retry(event.retryInMs)}`)
    case 'draft-lost':
      return problem('request', `A draft in ${event.cid} was lost: the session ended first`)
    case 'user-update-failed':
      return problem('session', `The profile was not changed: ${event.code}`)
    case 'before-end-cut-off':
      return problem('session', `beforeSessionEnd cut off after ${seconds(event.timeoutMs)}`)
    case 'frame-ignored':
      return problem('socket', `Ignored ${event.frames} from the socket: ${event.reason}`)
  }
}

const session = (text: string): Description => ({ topic: 'session', text: () => text })
const token = (text: string): Description => ({ topic: 'token', text: () => text })
const problem = (topic: Description['topic'], text: string): Description => ({
  topic,
  text: () => text,
  isProblem: true,
})

const requests = (count: number) => (count === 1 ? 'a request' : `${count} requests`)
const nth = (attempt: number) => (attempt > 1 ? `, attempt ${attempt}` : '')
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const retry = (ms: number | null) => (ms === null ? '' : `, again in ${seconds(ms)}`)
const expiry = (atMs: number | null) =>
  atMs === null ? 'good for ever' : `good until ${timeOf(atMs)}`

/** Formats a time as `16:59:38` in English, like the rest of the log. */
export function timeOf(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en', { hourCycle: 'h23' })
}
