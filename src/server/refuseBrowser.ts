import { browserMessage } from './browserMessage.js'

/** A page, or a worker of one: not Node under jsdom, where apps test, and not an edge runtime. */
function isBrowser(): boolean {
  const { document, importScripts, process } = globalThis as {
    document?: unknown
    importScripts?: unknown
    process?: { versions?: { node?: unknown } }
  }
  return Boolean(document ?? importScripts) && process?.versions?.node === undefined
}

// For pages that come by the module past the `browser` condition: from a CDN, or by an alias.
if (isBrowser()) throw new Error(browserMessage)
