import { act, screen } from '@testing-library/react'
import { StrictMode, type ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ChatAuthProvider, createChatAuth } from '../../src/index.js'
import { Everything } from '../support/Everything.js'
import { createTestApp, jane } from '../support/renderStrict.js'

/** Hydrates what the server rendered; resolves with the warnings of React. */
async function hydrate(app: ReactNode, html: string) {
  const warned = vi.spyOn(console, 'error')
  const container = document.createElement('div')
  container.innerHTML = html
  document.body.append(container)
  const onRecoverableError = vi.fn()
  const root = await act(() =>
    hydrateRoot(container, <StrictMode>{app}</StrictMode>, { onRecoverableError }),
  )
  onTestFinished(() => {
    act(() => root.unmount())
    container.remove()
    warned.mockRestore()
  })
  return { warnings: warned.mock.calls, onRecoverableError }
}

test('it hydrates without a warning, and then connects once', async () => {
  const { App, backend } = createTestApp()
  const app = (
    <App user={jane}>
      <Everything />
    </App>
  )
  const { warnings, onRecoverableError } = await hydrate(app, renderToString(app))

  expect((await screen.findAllByText('Connected as Jane')).length).toBeGreaterThan(0)
  expect(warnings).toEqual([])
  expect(onRecoverableError).not.toHaveBeenCalled()
  expect(backend.counters).toMatchObject({ socketsOpened: 1, tokenCalls: 1 })
})

test('it hydrates without a warning over a handle that is connected by then', async () => {
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const app = (
    <ChatAuthProvider auth={auth}>
      <Everything />
    </ChatAuthProvider>
  )
  const html = renderToString(app)
  await auth.connectUser(jane)
  const { warnings, onRecoverableError } = await hydrate(app, html)

  expect(screen.getAllByText('Connected as Jane').length).toBeGreaterThan(0)
  expect(warnings).toEqual([])
  expect(onRecoverableError).not.toHaveBeenCalled()
})
