// @vitest-environment node
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Everything } from '../support/Everything.js'
import { createTestApp, jane } from '../support/renderStrict.js'

test('on the server an app of everything renders as disconnected, and nothing connects', async () => {
  const { App, backend, tokenProvider } = createTestApp()
  const html = renderToString(
    <App user={jane}>
      <Everything />
    </App>,
  )
  await new Promise((resolve) => setTimeout(resolve, 20))

  expect(typeof window).toBe('undefined')
  expect(html).toContain(
    'disconnected disconnected false false true function object pending idle true',
  )
  expect(html).toContain('Nobody is connected')
  expect(html).toMatch(/closed: (<!-- -->)?disconnected/)
  expect(tokenProvider).not.toHaveBeenCalled()
  expect(backend.counters).toMatchObject({ requests: 0, socketsOpened: 0 })
})
