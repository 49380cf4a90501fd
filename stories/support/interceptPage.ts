import { XMLHttpRequestInterceptor } from '@mswjs/interceptors/XMLHttpRequest'
import type { ChatBackend } from '../../src/testing/chatBackend.js'

/** Backends in this page, by host. */
const backends = new Map<string, ChatBackend>()

/**
 * Puts the backend into this page: requests of the page's `fetch`, `XMLHttpRequest` and `WebSocket` to
 * `backend.url` reach it; others go to the network. Returns a function that removes the backend.
 *
 * Import this module before any client, because `stream-chat` captures `WebSocket` when it loads.
 */
export function interceptPage(backend: ChatBackend): () => void {
  const { host } = new URL(backend.url)
  backends.set(host, backend)
  return () => {
    if (backends.get(host) === backend) backends.delete(host)
  }
}

const backendFor = (url: string) => backends.get(new URL(url, location.href).host)

// Installed when this module loads, and never removed. A client that captured the globals would
// otherwise keep the page's own, or a backend that was removed.
const pageFetch = globalThis.fetch
globalThis.fetch = (input, init) => {
  const backend = backendFor(input instanceof Request ? input.url : String(input))
  return backend ? backend.fetch(input, init) : pageFetch(input, init)
}

// Without an interceptor library, which would replace every socket of the page, including Vite's, and
// lose a message that a close follows at once.
globalThis.WebSocket = new Proxy(globalThis.WebSocket, {
  construct(target, args: [string, string[]?], newTarget) {
    const backend = backendFor(String(args[0]))
    return backend
      ? new backend.WebSocket(...args)
      : (Reflect.construct(target, args, newTarget) as WebSocket)
  },
})

const requests = new XMLHttpRequestInterceptor()
// oxlint-disable-next-line typescript/no-misused-promises -- it waits for its listeners' promises
requests.on('request', async ({ request, controller }) => {
  const backend = backendFor(request.url)
  if (!backend) return
  try {
    controller.respondWith(await backend.handle(request))
  } catch (error) {
    controller.errorWith(error as Error)
  }
})
requests.apply()
