import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { onTestFinished } from 'vitest'
import {
  ChatAuthProvider,
  createChatAuth,
  useChatQuery,
  useChatQueryClient,
  useChatUser,
  type ChatQueryContext,
  type UseChatQueryOptions,
} from '../../src/index.js'
import { createTestApp, renderHookStrict } from '../support/renderStrict.js'

export type InboxOptions = Partial<UseChatQueryOptions<string, Error, string, readonly ['inbox']>>

export const inboxOf = async ({ fetch, user }: ChatQueryContext) => {
  await fetch('/users')
  return `inbox of ${user.name}`
}

export function Who() {
  const { status, user } = useChatUser()
  return <h1 data-frame>{user?.name ?? status}</h1>
}

export function Inbox(options: InboxOptions) {
  const { data } = useChatQuery({ queryKey: ['inbox'], queryFn: inboxOf, ...options })
  return <p data-frame>{data ?? 'nothing'}</p>
}

export function createApp({ app = new QueryClient() }: { app?: QueryClient } = {}) {
  const { connector, tokenProvider, backend } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const App = ({ children }: { children?: ReactNode }) => (
    <QueryClientProvider client={app}>
      <ChatAuthProvider auth={auth}>{children}</ChatAuthProvider>
    </QueryClientProvider>
  )
  return { auth, app, App, backend, tokenProvider }
}

/** Calls the hook, and returns its query client too. */
export function renderQuery(
  options: InboxOptions = {},
  setup: ReturnType<typeof createApp> = createApp(),
) {
  const useBoth = () => ({
    query: useChatQuery({ queryKey: ['inbox'], queryFn: inboxOf, ...options }),
    ...useChatQueryClient(),
  })
  const { result, unmount } = renderHookStrict(useBoth, setup.App)
  const cached = () => result.current.queryClient.getQueryCache().getAll()
  return { ...setup, result, unmount, cached }
}
