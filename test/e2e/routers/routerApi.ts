import type { ChatAuth } from '../../../src/core.js'

/** What the page shows at some moment, and whose session is live then. */
export interface Frame {
  readonly user: string | null
  readonly text: string
}

/** The page's interface for tests, as `window.routerPage`. */
export interface RouterApi {
  readonly auth: ChatAuth
  /** Frames without repetitions: after each change of the page, and before each paint. */
  readonly frames: Frame[]
  /** Goes to a page. The router may abort it. */
  go(path: string): void
  /** Returns what the router holds, its caches included. */
  holds(): string
}

declare global {
  interface Window {
    routerPage: RouterApi
  }
}
