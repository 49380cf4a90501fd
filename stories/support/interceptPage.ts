import { XMLHttpRequestInterceptor } from '@mswjs/interceptors/XMLHttpRequest'
import type { ChatBackend } from '../../src/testing/createChatBackend.js'

/**
 * Puts the backend into this page: whatever the page's own `fetch`, `XMLHttpRequest` and `WebSocket`
 * send to `backend.url` reaches it, everything else goes its way. Returns what takes it out again.
 */
export function interceptPage(backend: ChatBackend): () => void {
  const { host } = new URL(backend.url)
  const isOurs = (url: string) => new URL(url, location.href).host === host

  const restoreFetch = replaceGlobal('fetch', (pageFetch) => (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    return isOurs(url) ? backend.fetch(input, init) : pageFetch(input, init)
  })

  // Not by an interceptor, under which every other socket of the page, Vite's included, would be a
  // replica, and a message that a close follows at once would be lost.
  const restoreWebSocket = replaceGlobal(
    'WebSocket',
    (PageWebSocket) =>
      new Proxy(PageWebSocket, {
        construct: (target, args: [string, string[]?], newTarget) =>
          isOurs(String(args[0]))
            ? new backend.WebSocket(...args)
            : (Reflect.construct(target, args, newTarget) as WebSocket),
      }),
  )

  const requests = new XMLHttpRequestInterceptor()
  // oxlint-disable-next-line typescript/no-misused-promises -- it waits for its listeners' promises
  requests.on('request', async ({ request, controller }) => {
    if (!isOurs(request.url)) return
    try {
      controller.respondWith(await backend.handle(request))
    } catch (error) {
      controller.errorWith(error as Error)
    }
  })
  requests.apply()

  return () => {
    restoreFetch()
    restoreWebSocket()
    requests.dispose()
  }
}

/** Puts another in a global's place; undoing that leaves alone what someone else put there since. */
function replaceGlobal<Name extends 'fetch' | 'WebSocket'>(
  name: Name,
  wrap: (original: (typeof globalThis)[Name]) => (typeof globalThis)[Name],
): () => void {
  const original = globalThis[name]
  const replacement = wrap(original)
  globalThis[name] = replacement
  return () => {
    if (globalThis[name] === replacement) globalThis[name] = original
  }
}
