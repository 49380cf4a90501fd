import type { IncomingMessage, ServerResponse } from 'node:http'

/** A page in place of the token endpoint's answer, with this status; 302 leads to a login page. */
export type TokenPage = '200' | '302' | '403' | '502'

/** Answers calls of the token endpoint as its neighbours on a network do. */
export function createTokenPages(path: string, loginUrl: string) {
  let page: TokenPage | null = null

  return {
    show: (next: TokenPage | null) => {
      page = next
    },
    /** Returns whether it answered, for `serveBackend`. */
    intercept: ({ url = '/' }: IncomingMessage, outgoing: ServerResponse): boolean => {
      if (page === null || !url.startsWith(`${path}?`)) return false
      outgoing.writeHead(Number(page), {
        'Content-Type': 'text/html',
        'Access-Control-Allow-Origin': '*',
        ...(page === '302' ? { Location: loginUrl } : {}),
      })
      outgoing.end('<!doctype html><title>Sign in</title><p>Please sign in.</p>')
      return true
    },
  }
}
