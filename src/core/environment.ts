/**
 * Platform that core runs on: clocks, timers, randomness, network status, wake-ups and tabs. Passed in,
 * never taken from a global, so that one core runs in browsers, Node, React Native and tests.
 */
export interface Environment {
  /** Wall clock in epoch milliseconds. May be wrong, and may jump. */
  now(): number
  /** Milliseconds since an arbitrary start. Never goes back; may stand still while the machine sleeps. */
  monotonicNow(): number
  /** Calls back once after `delayMs` (at most 2³¹−1 ms). Returns a function that cancels it. */
  setTimer(callback: () => void, delayMs: number): () => void
  /** Random number, uniform in [0, 1). */
  random(): number
  createAbortController(): AbortController
  /** The platform's storage of this kind; null if there is none, or if access to it is denied. */
  storage?(kind: 'session' | 'local'): GuestStorage | null
  /** Whether the platform believes that there is a network; `true` if it cannot tell. */
  isOnline(): boolean
  /**
   * Calls back when timers may have missed time or the network returned: the page became visible, was
   * restored, woke, or went online. Returns a function that unsubscribes.
   */
  onWake(listener: () => void): () => void
  /**
   * Calls back when the page gains the focus. Returns a function that unsubscribes. Left out: only a
   * wake-up counts as a look at the page.
   */
  onFocus?(listener: () => void): () => void
  /**
   * Calls back when the value of `isOnline` may have changed. Returns a function that unsubscribes. On a
   * platform without such an event, leave it out: core then looks at each wake-up.
   */
  onNetworkChange?(listener: () => void): () => void
  /** Whether the app is visible: false while its page is hidden, or the app is in the background. */
  isVisible?(): boolean
  /**
   * Calls back when the value of `isVisible` may have changed. Returns a function that unsubscribes. On a
   * platform without such an event, leave both out: the app then counts as visible.
   */
  onVisibilityChange?(listener: () => void): () => void
  /**
   * Default of the option `pauseAfterHiddenMs` on this platform, in milliseconds; null or left out: no
   * session is paused. React Native's is 0, because it suspends apps in the background.
   */
  readonly pauseAfterHiddenMs?: number | null
  /** Warns the developer of a likely mistake in the set-up. Left out in production. */
  warn?(message: string): void
  /** Channel, lock and storage shared by the tabs of one browser; left out where there are no tabs. */
  readonly tabs?: TabEnvironment
}

/**
 * Storage for a guest: a part of the Web Storage API, whose methods may be asynchronous. An error or a
 * missing value means "not stored".
 */
export interface GuestStorage {
  getItem(key: string): string | null | Promise<string | null>
  setItem(key: string, value: string): void | Promise<void>
  removeItem(key: string): void | Promise<void>
}

/**
 * Channel, lock and storage shared by the tabs of one browser. None of these methods throws. A part that
 * is missing, blocked or full does nothing, so that each tab works alone.
 */
export interface TabEnvironment {
  /** Receives the messages that others post under the same name, in this tab or another. */
  openChannel(name: string, onMessage: (message: unknown) => void): TabChannel
  /**
   * Calls back once this tab holds the lock of that name; at once on a platform without locks. One tab
   * holds it at a time. Returns a function that releases the lock, or stops waiting for it. A closed or
   * crashed tab releases its locks.
   */
  holdLock(name: string, onHeld: () => void): () => void
  /**
   * Whether any tab holds a lock whose name begins with `prefix`. Never rejects. Left out on a platform
   * without such a query; no tab then waits for another's answer.
   */
  isAnyoneThere?(prefix: string): Promise<boolean>
  /** Reads a value that outlives the tabs; null if there is none. */
  readMarker(name: string): string | null
  writeMarker(name: string, value: string): void
}

/** One end of a channel between tabs. */
export interface TabChannel {
  post(message: unknown): void
  close(): void
}

/** Moment on both clocks, from which elapsed time is measured. */
export interface Mark {
  readonly wallMs: number
  readonly monotonicMs: number
}

export function markNow(environment: Environment): Mark {
  return { wallMs: environment.now(), monotonicMs: environment.monotonicNow() }
}

/**
 * Milliseconds since `mark`, by the clock that has advanced further. The monotonic clock may stop while
 * a laptop sleeps, and the wall clock may be set back. A deadline so comes early rather than late.
 */
export function elapsedSince(environment: Environment, mark: Mark): number {
  return Math.max(environment.monotonicNow() - mark.monotonicMs, environment.now() - mark.wallMs)
}
