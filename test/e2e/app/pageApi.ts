import type { ChatAuth, ChatAuthEvent, ChatAuthState } from '../../../src/core.js'

/** The page's interface for tests, as `window.page`. */
export interface PageApi {
  /** Status at every commit of React, including repetitions. */
  readonly rendered: ChatAuthState['status'][]
  /** Status at every change of the state, rendered or not. */
  readonly passed: ChatAuthState['status'][]
  readonly events: ChatAuthEvent[]
  /** Called with every event, if the test sets it. */
  onEvent?: (event: ChatAuthEvent) => void
  /** Latest results of `useChatFetch` and `useChatAuth`. */
  fetch?: ChatAuth['fetch']
  auth?: ChatAuth
}

/** Parameters in the page's URL. */
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
