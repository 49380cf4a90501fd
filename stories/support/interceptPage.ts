import { XMLHttpRequestInterceptor } from '@mswjs/interceptors/XMLHttpRequest'
import type { ChatBackend } from '../../src/testing/createChatBackend.js'

/** The backends in this page, by host. */
const backends = new Map<string, ChatBackend>()

/**
 * Puts the backend into this page: whatever the page's own `fetch`, `XMLHttpRequest` and `WebSocket`
 * send to `backend.url` reaches it, everything else goes its way. Returns what takes it out again.
 *
 * Import this module before any client: `stream-chat` takes hold of `WebSocket` when it is loaded.
 */
export function interceptPage(backend: ChatBackend): () => void {
  const { host } = new URL(backend.url)
  backends.set(host, backend)
  return () => {
    if (backends.get(host) === backend) backends.delete(host)
  }
}

const backendFor = (url: string) => backends.get(new URL(url, location.href).host)

// In place as soon as this module is loaded, and for good: a client that took hold of these would
// otherwise be stuck with the page's own, or with a backend that was taken out long ago.
const pageFetch = globalThis.fetch
globalThis.fetch = (input, init) => {
  const backend = backendFor(input instanceof Request ? input.url : String(input))
  return backend ? backend.fetch(input, init) : pageFetch(input, init)
}

// Not by an interceptor, under which every other socket of the page, Vite's included, would be a
// replica, and a message that a close follows at once would be lost.
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
