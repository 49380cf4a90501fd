/** A good token that the backend has accepted. */
export interface LentToken {
  readonly token: string
  /** The rest of its life, in milliseconds; Infinity if it never expires. */
  readonly leftMs: number
}

/** The token sources of one user's tabs take turns, and tell each other what they get. */
export interface TokenSharing {
  /**
   * Resolves when this tab may call its provider: no other is doing so, or it takes too long; also at
   * `dropTurn`. The turn is a courtesy and not a lock: nothing here relies on being alone.
   * @param asks whether the tabs that lend a token are asked for it, and given a second to answer
   */
  takeTurn(asks: boolean): Promise<void>
  /** The provider has answered: the turn goes on until `share`, but not for ever. */
  keepTurn(): void
  /**
   * Tells the other tabs a token that the backend has accepted. Ends the turn once they have heard of it:
   * they would else call as well.
   */
  share(lent: LentToken): void
  /** From now on, tabs that ask are answered with what `give` returns; null is no answer. */
  lend(give: () => LentToken | null): void
  /** Ends the turn, or the wait for it, now. */
  dropTurn(): void
  /** Ends the turn and the lending. */
  leave(): void
}
