import { browserMessage } from './browserMessage.js'

/** Whether this is a page or its worker; false for Node under jsdom and for edge runtimes. */
function isBrowser(): boolean {
  const { document, importScripts, process } = globalThis as {
    document?: unknown
    importScripts?: unknown
    process?: { versions?: { node?: unknown } }
  }
  return Boolean(document ?? importScripts) && process?.versions?.node === undefined
}

// Catches pages that bypass the `browser` condition, by a CDN or an alias.
if (isBrowser()) throw new Error(browserMessage)
