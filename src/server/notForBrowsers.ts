import { browserMessage } from './browserMessage.js'

/**
 * Replaces `react-chat-auth/server` under the package's `browser` condition. It exports none of the names,
 * so that a bundler fails and names this file. A page that loads it anyway gets an error.
 */
export const notForBrowsers: never = refuse()

function refuse(): never {
  throw new Error(browserMessage)
}
