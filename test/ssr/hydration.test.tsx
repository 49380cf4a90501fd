// @vitest-environment jsdom
import { waitFor } from '@testing-library/dom'
import { StrictMode, type ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ChatAuthProvider, createChatAuth, useChatUser } from '../../src/index.js'
import { Everything } from '../support/Everything.js'
import { createFrames } from '../support/frames.js'
import { createTestApp, jane } from '../support/renderStrict.js'
import { recordComplaints, serverRenderers } from '../support/serverRenderers.js'

/** Puts the server's output into the page and hydrates it, as a browser would. */
function createPage(html: string) {
  const container = document.createElement('div')
  container.innerHTML = html
  document.body.append(container)
  const onRecoverableError = vi.fn()
  return {
    container,
    onRecoverableError,
    hydrate: (app: ReactNode) => {
      const root = hydrateRoot(container, <StrictMode>{app}</StrictMode>, { onRecoverableError })
      onTestFinished(() => {
        root.unmount()
        container.remove()
      })
    },
  }
}

const nobody =
  'disconnected disconnected false false true function object pending idle true · greeting: nobody'

test.for(serverRenderers)(
  'the output of %s hydrates without a warning or a flash, and then connects once',
  async ([, render]) => {
    const { App, backend } = createTestApp()
    const { frames, Frames } = createFrames()
    const app = (
      <App user={jane}>
        <Frames>
          <Everything />
        </Frames>
      </App>
    )
    const complaints = recordComplaints()
    const { container, hydrate, onRecoverableError } = createPage(await render(app))
    const main = container.querySelector('main')
    hydrate(app)

    await waitFor(() => expect(container.textContent).toContain('greeting: Jane'))
    expect(frames[0]).toBe(nobody)
    // Disconnected, connecting, Jane: each is shown once, in this order.
    const words = frames.map((frame) => frame.split(' ')[0])
    expect(words.filter((word, i) => word !== words[i - 1])).toEqual([
      'disconnected',
      'connecting',
      'connected',
    ])
    expect(container.querySelector('main')).toBe(main)
    expect(complaints()).toEqual([])
    expect(onRecoverableError).not.toHaveBeenCalled()
    expect(backend.counters).toMatchObject({ socketsOpened: 1, tokenCalls: 1 })
  },
)

test('an app hydrates without a warning over a handle that is already connected', async () => {
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const { frames, Frames } = createFrames()
  const app = (
    <ChatAuthProvider auth={auth}>
      <Frames>
        <Everything />
      </Frames>
    </ChatAuthProvider>
  )
  const complaints = recordComplaints()
  const { container, hydrate, onRecoverableError } = createPage(renderToString(app))
  await auth.connectUser(jane)
  hydrate(app)

  await waitFor(() => expect(container.textContent).toContain('greeting: Jane'))
  expect(frames[0]).toBe(nobody)
  expect(complaints()).toEqual([])
  expect(onRecoverableError).not.toHaveBeenCalled()
})

test('the first client render equals the server’s, even if a user is connected', async () => {
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  createFrames()
  const seen: string[] = []
  function Status() {
    const { status } = useChatUser()
    seen.push(status)
    return status
  }
  const app = (
    <ChatAuthProvider auth={auth}>
      <Status />
    </ChatAuthProvider>
  )
  const { container, hydrate } = createPage(renderToString(app))
  seen.length = 0
  await auth.connectUser(jane)
  hydrate(app)

  await waitFor(() => expect(container.textContent).toBe('connected'))
  expect(seen[0]).toBe('disconnected')
})
