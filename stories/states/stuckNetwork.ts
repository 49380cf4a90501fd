import { createManualClock } from '../../src/testing.js'
import type { ChatSetup } from '../support/storyChat.js'

/**
 * A network on which no socket is ever closed, and a clock on which the time for closing is never up:
 * what lasts a second at most in an app stays to be looked at.
 */
export function stuckNetwork(): Pick<ChatSetup, 'options' | 'connectorOptions'> {
  return {
    options: { environment: createManualClock({ now: new Date() }) },
    connectorOptions: (backend) => ({
      WebSocket: class extends backend.WebSocket {
        override close() {}
      },
    }),
  }
}
