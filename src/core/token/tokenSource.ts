import type { Refusal } from '../connector.js'
import type { Environment } from '../environment.js'
import type { ChatAuthError } from '../errors.js'
import type { EventBody } from '../events.js'
import type { Life } from '../life.js'
import type { Settings } from '../options.js'
import type { Outbox } from '../outbox.js'
import type { TokenState } from '../state.js'
import type { TokenProvider } from '../types.js'
import type { HeldToken } from './heldToken.js'
import type { TokenSharing } from './tokenSharing.js'

export interface TokenSourceOptions {
  readonly life: Life
  readonly outbox: Outbox
  readonly userId: string
  /** null: the token is static, or the session anonymous. */
  readonly provider: TokenProvider | null
  /** Whether the session needs no token. */
  readonly isAnonymous: boolean
  /** A token that needs no provider call. */
  readonly staticToken: string | null
  readonly environment: Environment
  readonly settings: Settings
  /** null: no other tab has a part in this. */
  readonly sharing: TokenSharing | null
  readonly emit: (event: EventBody) => void
  readonly onChange: (token: Partial<TokenState>) => void
  /** Whether anybody waits for a token that is not there; a failed call is then followed by another. */
  readonly isWanted: () => boolean
  /** There is a good token again, or another one. */
  readonly onReady: () => void
  /** There will be no good token any more. */
  readonly onFatal: (error: ChatAuthError) => void
}

/** Holds a session's token and renews it: at most one provider call at a time, whoever asks. */
export interface TokenSource {
  /**
   * The token that a request may carry now; null while none is good, due and tried. Starts a fetch unless
   * a token waits for its moment.
   */
  ready(): HeldToken | null
  /** Resolves with the token to connect with, tried or not. Rejects when the session is over. */
  whenReady(): Promise<HeldToken>
  /**
   * Resolves with a token that may be given away: not one that is being replaced, nor one about to expire,
   * if another can be had in time. Rejects when the session is over.
   */
  whenLasting(): Promise<HeldToken>
  /** Told of every refusal; one of a token that is already being replaced causes nothing. */
  refused(token: HeldToken, refusal: Refusal, by: 'request' | 'connection'): void
  /** The connection did not reach the backend: a token that only it may try is left to requests. */
  unreached(): void
  /** The token that only requests are left to try, and that one request at a time may carry; null without. */
  untried(): HeldToken | null
  /** Lets all requests carry that token: nothing else can try it. */
  endProbation(): void
  /** Told when the backend has taken a token. */
  accepted(token: HeldToken): void
  /** Fetches a new token now. Rejects if that fails, also where the held one is still good. */
  refresh(): Promise<void>
  /**
   * Replaces the source of tokens: a provider is asked at once where the one before has failed. A
   * static token takes the place of another.
   * @throws ChatAuthError if a static token is not one for this user, or older than the one held
   */
  setTokens(tokens: string | TokenProvider): void
  /**
   * Told of a token that the backend has accepted in another tab. It is kept aside while the own one is
   * good, and taken in place of a provider call.
   */
  adopt(value: unknown, leftMs?: unknown): void
  /** Makes a waiting attempt now, if there is one, and resolves when that worked. */
  retry(): Promise<void>
  /** Renews no token before it is asked for one, until `resume`. */
  pause(): void
  resume(): void
  /** Time may have passed unseen, or the network returned. */
  wake(): void
  /** To be called when the session is over. */
  dispose(error: ChatAuthError): void
}
