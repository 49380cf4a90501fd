import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import type { BuiltApp } from './buildApp.js'

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

export interface HttpServer {
  readonly url: string
  /** Received requests: method and path. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** Serves a built page. Without one, plays another server that answers everything with an error. */
export async function serveFiles(files: BuiltApp = new Map()): Promise<HttpServer> {
  const requests: string[] = []
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost')
    requests.push(`${incoming.method} ${pathname}`)
    // Routers of the page have paths of their own.
    const name = files.size > 0 && extname(pathname) === '' ? '/index.html' : pathname
    const file = files.get(name)
    outgoing.writeHead(file === undefined ? 404 : 200, {
      'Content-Type': contentTypes[extname(name)] ?? 'text/plain',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': '*, Authorization',
    })
    outgoing.end(file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
