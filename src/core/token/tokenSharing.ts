/** The token sources of one user's tabs take turns, and tell each other what they get. */
export interface TokenSharing {
  /**
   * Resolves when this tab may call its provider: no other is doing so, or it takes too long; also at
   * `dropTurn`. The turn is a courtesy and not a lock: nothing here relies on being alone.
   */
  takeTurn(): Promise<void>
  /** The provider has answered: the turn goes on until `share`, but not for ever. */
  keepTurn(): void
  /**
   * Tells the other tabs a token that the backend has accepted. Ends the turn once they have heard of it:
   * they would else call as well.
   */
  share(token: string): void
  /** Ends the turn, or the wait for it, now. */
  dropTurn(): void
}
