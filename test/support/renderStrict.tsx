import {
  render,
  renderHook,
  type RenderHookResult,
  type RenderResult,
} from '@testing-library/react'
import type { ComponentType, ReactElement, ReactNode } from 'react'
import { onTestFinished, vi } from 'vitest'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import type { ChatAuthOptions } from '../../src/core/options.js'
import type { ChatUser, TokenRequest } from '../../src/core/types.js'
import { ChatAuthProvider } from '../../src/react/ChatAuthProvider.js'
import type { ChatBackendOptions } from '../../src/testing/backendOptions.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'

export const jane = { id: 'jane', name: 'Jane' }
export const bob = { id: 'bob', name: 'Bob' }

/** As Testing Library's `render`, under StrictMode: every effect runs twice, as it may. */
export function renderStrict(ui: ReactNode): RenderResult {
  return render(ui, { reactStrictMode: true })
}

/** As Testing Library's `renderHook`, under StrictMode. */
export function renderHookStrict<Result>(
  hook: () => Result,
  wrapper: ComponentType<{ children: ReactNode }>,
): RenderHookResult<Result, unknown> {
  return renderHook(hook, { wrapper, reactStrictMode: true })
}

interface AppProps extends Partial<Omit<ChatAuthOptions, 'connector'>> {
  user?: ChatUser | null | undefined
  children?: ReactNode
}

/** A chat backend of the test's own, and what an app needs to reach it. Nothing here is mocked. */
export function createTestApp(options?: ChatBackendOptions) {
  const backend = createChatBackend(options)
  onTestFinished(() => backend.dispose())
  const { apiKey, url: baseUrl, fetch, WebSocket } = backend
  const createConnector = () => httpConnector({ apiKey, baseUrl, fetch, WebSocket })
  const connector = createConnector()
  const tokenProvider = vi.fn(async ({ userId, signal }: TokenRequest): Promise<string> => {
    const response = await fetch(`/token?user_id=${userId}`, { signal })
    return ((await response.json()) as { token: string }).token
  })

  /** The provider, with what does not matter to the test filled in. */
  function App({ children, ...options }: AppProps): ReactElement {
    return (
      <ChatAuthProvider connector={connector} tokenProvider={tokenProvider} {...options}>
        {children}
      </ChatAuthProvider>
    )
  }

  return { backend, createConnector, connector, tokenProvider, App }
}

/** Swallows what React writes about an error that a test provokes; returns the error. */
export function renderError(ui: ReactNode): unknown {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    renderStrict(ui)
  } catch (error) {
    return error
  } finally {
    log.mockRestore()
  }
  throw new Error('It rendered without an error.')
}
