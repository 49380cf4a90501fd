/**
 * What core needs of the platform: time, chance, timers, the network's word and the moments at which
 * a sleeping page comes back. Passed in, never taken from a global, so that one core runs in browsers,
 * Node, React Native and tests.
 */
export interface Environment {
  /** Wall clock, in epoch milliseconds. May be wrong, and may jump. */
  now(): number
  /** Milliseconds from an arbitrary start that never go back. May stand still while the machine sleeps. */
  monotonicNow(): number
  /** Calls back once after `delayMs` (at most 2³¹−1 ms); returns what cancels it. */
  setTimer(callback: () => void, delayMs: number): () => void
  /** Uniform in [0, 1). */
  random(): number
  createAbortController(): AbortController
  /** The platform's storage of this kind; null where there is none, or where it may not be used. */
  storage?(kind: 'session' | 'local'): GuestStorage | null
  /** Whether the platform believes that there is a network; `true` where it cannot tell. */
  isOnline(): boolean
  /**
   * Calls back whenever time may have passed unseen or the network returned: the page became visible,
   * was restored, woke, or went online. Returns what unsubscribes.
   */
  onWake(listener: () => void): () => void
  /**
   * Calls back whenever `isOnline` may say something else. Returns what unsubscribes. Left out where the
   * platform does not tell; then wake-ups tell.
   */
  onNetworkChange?(listener: () => void): () => void
  /**
   * Tells the developer of what looks like a mistake in the set-up. Left out in production.
   */
  warn?(message: string): void
  /** What the tabs of one browser share; left out where there are no tabs. */
  readonly tabs?: TabEnvironment
}

/**
 * Where a guest is kept: the part of the Web Storage API that is needed, which may also be
 * asynchronous. What it throws, or a value it does not have, means "not stored".
 */
export interface GuestStorage {
  getItem(key: string): string | null | Promise<string | null>
  setItem(key: string, value: string): void | Promise<void>
  removeItem(key: string): void | Promise<void>
}

/**
 * What the tabs of one browser share. Nothing here throws: what is missing, blocked or full does
 * nothing, so that each tab then works alone.
 */
export interface TabEnvironment {
  /** Hears what other tabs, or other places in this one, post under the same name. */
  openChannel(name: string, onMessage: (message: unknown) => void): TabChannel
  /**
   * Calls back once this tab holds the lock of that name, which one tab at a time does; at once where
   * there are no locks. Returns what lets go of it, or stops waiting. A tab that dies lets go of it.
   */
  holdLock(name: string, onHeld: () => void): () => void
  /** A note that outlives the tabs; null if there is none. */
  readMarker(name: string): string | null
  writeMarker(name: string, value: string): void
}

/** An end of a channel between tabs. */
export interface TabChannel {
  post(message: unknown): void
  close(): void
}

/** A moment on both clocks, to measure from. */
export interface Mark {
  readonly wallMs: number
  readonly monotonicMs: number
}

export function markNow(environment: Environment): Mark {
  return { wallMs: environment.now(), monotonicMs: environment.monotonicNow() }
}

/**
 * Milliseconds since `mark`. The monotonic clock may stop while a laptop sleeps and the wall clock may
 * be set back, so the larger of the two is believed: a deadline is met too early rather than missed.
 */
export function elapsedSince(environment: Environment, mark: Mark): number {
  return Math.max(environment.monotonicNow() - mark.monotonicMs, environment.now() - mark.wallMs)
}
