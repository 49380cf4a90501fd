// @vitest-environment node
import { text } from 'node:stream/consumers'
// In its own file, because React warns about two server renderers in one process.
import { renderToReadableStream } from 'react-dom/server.browser'
import { expect, test, vi } from 'vitest'
import { Everything } from '../support/Everything.js'
import { createTestApp, jane } from '../support/renderStrict.js'

test('an edge server streams an app of all hooks and components as disconnected, without connecting', async () => {
  const { App, backend, tokenProvider } = createTestApp()
  const onError = vi.fn()
  const body = await renderToReadableStream(
    <App user={jane}>
      <Everything />
    </App>,
    { onError },
  )
  const html = await text(body)

  expect(onError).not.toHaveBeenCalled()
  expect(html).toContain('disconnected disconnected false')
  expect(html).toMatch(/greeting: (<!-- -->)?nobody/)
  expect(tokenProvider).not.toHaveBeenCalled()
  expect(backend.counters).toMatchObject({ requests: 0, socketsOpened: 0 })
})
