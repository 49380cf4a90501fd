// Web-standard types that core names. Core compiles without DOM or Node types, so that it cannot use a
// global by mistake. Other rooms compile with the real types, and without this file.

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

interface AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

interface RequestInit {
  signal?: AbortSignal | null
}

interface Response {
  readonly status: number
}

interface URL {
  readonly href: string
}
