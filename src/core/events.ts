import type { ChatAuthErrorCode } from './errors.js'
import type { IgnoredFrame, RefusalCode } from './connector.js'
import type { ChatIdentity, PauseReason, TokenReason } from './types.js'

/**
 * Event for logs, metrics and the devtools. Contains no token, no request content, and no user data
 * except ids. `atMs` is in epoch milliseconds.
 */
export type ChatAuthEvent = EventBody & {
  readonly atMs: number
  readonly sessionId: string
}

export type EventBody =
  | { readonly type: 'session-started'; readonly identityType: ChatIdentity['type'] }
  | { readonly type: 'session-connected'; readonly userId: string }
  | {
      readonly type: 'session-paused'
      /** `pause()` or `{ paused: true }`, the hidden app, or a call of the connector's client. */
      readonly by: PauseReason
    }
  | { readonly type: 'session-resumed' }
  | {
      readonly type: 'session-ended'
      readonly code: ChatAuthErrorCode
      /** The tab that logged out or switched: both reach all tabs of a browser. */
      readonly by: 'this-tab' | 'another-tab'
    }
  | { readonly type: 'session-failed'; readonly code: ChatAuthErrorCode }
  | { readonly type: 'token-requested'; readonly reason: TokenReason; readonly attempt: number }
  | {
      readonly type: 'token-received'
      readonly reason: TokenReason
      /** The tab whose provider was called: one tab's token serves all tabs of a browser. */
      readonly by: 'this-tab' | 'another-tab'
      /** The token's `exp` in epoch milliseconds; null if it never expires. */
      readonly expiresAtMs: number | null
      /** Milliseconds until the next token is requested; null if none will be. */
      readonly renewalInMs: number | null
    }
  | {
      readonly type: 'token-request-failed'
      readonly reason: TokenReason
      readonly attempt: number
      readonly code: ChatAuthErrorCode
      /** Milliseconds until the next attempt; null if there is none. */
      readonly retryInMs: number | null
    }
  | {
      readonly type: 'token-refused'
      readonly code: RefusalCode
      readonly by: 'request' | 'connection'
      /** Whether another token had already replaced it, so that no fetch is needed. */
      readonly wasReplaced: boolean
    }
  | { readonly type: 'clock-skew-detected'; readonly skewMs: number }
  | { readonly type: 'request-held'; readonly requestId: string; readonly heldRequests: number }
  | { readonly type: 'request-released'; readonly requestId: string; readonly heldMs: number }
  | { readonly type: 'request-replayed'; readonly requestId: string }
  | {
      readonly type: 'request-rejected'
      readonly requestId: string
      /** null if the caller's own signal aborted it. */
      readonly code: ChatAuthErrorCode | null
    }
  | { readonly type: 'connection-opened'; readonly attempt: number }
  | { readonly type: 'connection-lost'; readonly code: ChatAuthErrorCode }
  | {
      readonly type: 'connection-attempt-failed'
      readonly attempt: number
      readonly code: ChatAuthErrorCode
      /** Milliseconds until the next attempt; null if there is none, or if it waits for the network. */
      readonly retryInMs: number | null
    }
  | {
      /** A change of the user's profile was not made: `updateUser`, or a declared user's new details. */
      readonly type: 'user-update-failed'
      readonly code: ChatAuthErrorCode
    }
  | {
      /** `beforeSessionEnd` exceeded its time limit, and the session ends without its answer. */
      readonly type: 'before-end-cut-off'
      readonly timeoutMs: number
    }
  | {
      /** Emitted at the first such frame, then at most once a minute. */
      readonly type: 'frame-ignored'
      readonly reason: IgnoredFrame
      /** Number of frames ignored since the last such event. */
      readonly frames: number
    }
  | {
      /** The session ended before a draft was saved or deleted. Only with `stream-chat`. */
      readonly type: 'draft-lost'
      /** The draft's channel, such as `messaging:team`. */
      readonly cid: string
    }
