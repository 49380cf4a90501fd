import type { TokenReason } from '../types.js'
import type { HeldToken, TokenOrigin } from './heldToken.js'
import type { LentToken } from './tokenSharing.js'

/** A token that was just taken. */
export interface TakenToken {
  readonly token: HeldToken
  /** How long it waits for its moment, in milliseconds: 0 where it may be sent at once. */
  readonly earlyMs: number
  /** How far the wall clock is ahead of the backend's, in milliseconds; null if not notably, or known. */
  readonly skewMs: number | null
}

/** Holds the one token of a session, and knows what it is worth. */
export interface TokenHolder {
  held(): HeldToken | null
  /** The held token, if it is worth sending. */
  good(): HeldToken | null
  /** What is left of the life of the good token, in milliseconds; null without one. */
  leftMs(): number | null
  /** Holds nothing that could be refused: an anonymous session's. */
  takeNone(): void
  /**
   * Null where the one that waits for its moment stays: one that was fetched as it was refused so
   * often, and would be valid even later.
   * @param mostLeftMs the most that is left of its life, in milliseconds, where somebody knows
   * @throws ChatAuthError if it is no token for this user, or no better than the one held
   */
  take(
    value: unknown,
    origin: TokenOrigin,
    reason: TokenReason,
    mostLeftMs?: number,
  ): TakenToken | null
  /**
   * Keeps another tab's token aside until one is needed, in place of one that was kept before.
   * @returns false if it is no token for this user, no better than the one held, or was refused here
   */
  keep(value: unknown, leftMs: unknown): boolean
  /** The one kept aside, if it is good for longer than the one held: a handshake must be worth it. */
  kept(): LentToken | null
  /** What other tabs may have of this one: a good token of a provider that the backend has accepted. */
  lendable(): LentToken | null
  /** The backend says that this token is not valid yet. Returns milliseconds until it is sent again. */
  postpone(token: HeldToken): number
  /** Whether the backend has ever accepted a token here. */
  hasBeenAccepted(): boolean
  /** The good token that requests carry while the held one is on probation; null if there is none. */
  standIn(): HeldToken | null
  /** No connection tries the held token. Requests carry it, unless it was refused as too early. */
  leaveToRequests(): void
  /** The good token on probation that only requests are left to try; null if there is none. */
  untried(): HeldToken | null
  /** Requests carry the held token, whatever becomes of them. */
  endProbation(): void
  /** The one that waits for its moment; null if none does. */
  early(): HeldToken | null
  /** Its moment has come: it is held again. */
  resume(): HeldToken | null
  /** The backend has accepted this token. */
  accept(token: HeldToken): void
  /** Holds the one again that a refused token of another tab stood in for, if that is still good. */
  fallBack(refused: HeldToken): HeldToken | null
}
