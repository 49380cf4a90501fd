import type { ChatAuthErrorCode } from './errors.js'
import type { IgnoredFrame, RefusalCode } from './connector.js'
import type { ChatIdentity, TokenReason } from './types.js'

/**
 * What happened and why, as it happens: for logs, metrics and the devtools. Holds no token, no user
 * data but ids, and no request content. Every event also has `atMs` (epoch milliseconds) and the
 * `sessionId` it belongs to.
 */
export type ChatAuthEvent = EventBody & {
  readonly atMs: number
  readonly sessionId: string
}

export type EventBody =
  | { readonly type: 'session-started'; readonly identityType: ChatIdentity['type'] }
  | { readonly type: 'session-connected'; readonly userId: string }
  | {
      readonly type: 'session-ended'
      readonly code: ChatAuthErrorCode
      /** Where it was asked for: log-out and switch reach all tabs of a browser. */
      readonly by: 'this-tab' | 'another-tab'
    }
  | { readonly type: 'session-failed'; readonly code: ChatAuthErrorCode }
  | { readonly type: 'token-requested'; readonly reason: TokenReason; readonly attempt: number }
  | {
      readonly type: 'token-received'
      readonly reason: TokenReason
      /** Whose provider gave it: a token that one tab fetched does for all tabs of a browser. */
      readonly by: 'this-tab' | 'another-tab'
      /** By the token's `exp`; null if it never expires. */
      readonly expiresAtMs: number | null
      /** Until the next one is asked for; null if none will be. */
      readonly renewalInMs: number | null
    }
  | {
      readonly type: 'token-request-failed'
      readonly reason: TokenReason
      readonly attempt: number
      readonly code: ChatAuthErrorCode
      /** Until the next attempt; null if there is none. */
      readonly retryInMs: number | null
    }
  | {
      readonly type: 'token-refused'
      readonly code: RefusalCode
      readonly by: 'request' | 'connection'
      /** Whether another token had already taken its place, so that nothing needs fetching. */
      readonly wasReplaced: boolean
    }
  | { readonly type: 'clock-skew-detected'; readonly skewMs: number }
  | { readonly type: 'request-held'; readonly requestId: string; readonly heldRequests: number }
  | { readonly type: 'request-released'; readonly requestId: string; readonly heldMs: number }
  | { readonly type: 'request-replayed'; readonly requestId: string }
  | {
      readonly type: 'request-rejected'
      readonly requestId: string
      /** null: the caller's own signal aborted it. */
      readonly code: ChatAuthErrorCode | null
    }
  | { readonly type: 'connection-opened'; readonly attempt: number }
  | { readonly type: 'connection-lost'; readonly code: ChatAuthErrorCode }
  | {
      readonly type: 'connection-attempt-failed'
      readonly attempt: number
      readonly code: ChatAuthErrorCode
      /** Until the next attempt; null if there is none, or if it waits for the network. */
      readonly retryInMs: number | null
    }
  | {
      /** `beforeSessionEnd` took longer than its limit, and the session ends without its answer. */
      readonly type: 'before-end-cut-off'
      readonly timeoutMs: number
    }
  | {
      /** Told at the first such frame, then at most once a minute. */
      readonly type: 'frame-ignored'
      readonly reason: IgnoredFrame
      /** How many were ignored since this was last told. */
      readonly frames: number
    }
  | {
      /** The session ended before a draft was saved, or deleted: `stream-chat` only. */
      readonly type: 'draft-lost'
      /** The channel that it was written in, such as `messaging:team`. */
      readonly cid: string
    }
