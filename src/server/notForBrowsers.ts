import { browserMessage } from './browserMessage.js'

/**
 * What the package's `browser` condition has in place of `react-chat-auth/server`: none of its names, so
 * that a bundler fails, and names this file. A page that loads it anyway is told why.
 */
export const notForBrowsers: never = refuse()

function refuse(): never {
  throw new Error(browserMessage)
}
