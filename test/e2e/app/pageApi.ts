import type { ChatAuth, ChatAuthEvent, ChatAuthState } from '../../../src/core.js'

/** What the page shows the test of itself, as `window.page`. */
export interface PageApi {
  /** The status at every commit of React, repetitions included. */
  readonly rendered: ChatAuthState['status'][]
  /** The status at every change of the state, rendered or not. */
  readonly passed: ChatAuthState['status'][]
  readonly events: ChatAuthEvent[]
  /** Called with every event, if the test sets it. */
  onEvent?: (event: ChatAuthEvent) => void
  /** What `useChatFetch` and `useChatAuth` returned last. */
  fetch?: ChatAuth['fetch']
  auth?: ChatAuth
}

/** What the page is told in its address. */
export interface PageParameters {
  apiKey: string
  baseUrl: string
  tokenUrl: string
}

declare global {
  interface Window {
    page: PageApi
  }
}
