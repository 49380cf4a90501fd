// @vitest-environment node
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { useCreateChatClient } from '../../src/stream-chat-react.js'
import { Everything } from '../support/Everything.js'
import { createTestApp, jane } from '../support/renderStrict.js'
import { recordComplaints, serverRenderers } from '../support/serverRenderers.js'

test.for(serverRenderers)(
  '%s renders an app of all hooks and components as disconnected, without connecting',
  async ([, render]) => {
    const { App, backend, tokenProvider } = createTestApp()
    const complaints = recordComplaints()
    const html = await render(
      <App user={jane}>
        <Everything />
      </App>,
    )
    await new Promise((resolve) => setTimeout(resolve, 20))

    expect(typeof window).toBe('undefined')
    expect(complaints()).toEqual([])
    expect(html).toContain('disconnected disconnected false false true function object pending')
    expect(html).toMatch(/greeting: (<!-- -->)?nobody/)
    expect(html).not.toContain('greeting: …')
    expect(html).toContain('Not signed in to chat')
    expect(html).toMatch(/closed: (<!-- -->)?disconnected/)
    expect(tokenProvider).not.toHaveBeenCalled()
    expect(backend.counters).toMatchObject({ requests: 0, socketsOpened: 0 })
  },
)

test('rendering leaves no timer, so that the process can end', async () => {
  const { App } = createTestApp()
  const before = process.getActiveResourcesInfo()
  renderToString(
    <App user={jane}>
      <Everything />
    </App>,
  )

  expect(process.getActiveResourcesInfo()).toEqual(before)
})

test('useCreateChatClient returns null on a server, and asks nobody for a token', () => {
  const tokenOrProvider = vi.fn(async () => 'none')
  function Chat() {
    const client = useCreateChatClient({
      apiKey: 'key',
      tokenOrProvider,
      userData: jane,
    })
    return <p>{client ? 'a client' : 'no client'}</p>
  }
  expect(renderToString(<Chat />)).toBe('<p>no client</p>')
  expect(tokenOrProvider).not.toHaveBeenCalled()
})
