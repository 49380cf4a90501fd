'use client'
import type { ReactElement } from 'react'
import { createBrowserEnvironment } from '../browser/createBrowserEnvironment.js'
import { SessionProvider, type ChatAuthProviderProps } from './SessionProvider.js'

/**
 * Provides the session to the hooks and components inside. Takes the options of `createChatAuth` as
 * props, or `auth={auth}` with a handle made outside.
 *
 * Inline props never reconnect; only a new user `id` or connector `id` does. A static `tokenProvider`
 * that changes is used at once, for the declared user. The latest `tokenProvider` and callbacks (`onEvent`,
 * `confirmEnd`, `beforeSessionEnd`, …) are called. Other options are read
 * when the connector's `id` first appears.
 */
export function ChatAuthProvider<Client = unknown>(
  props: ChatAuthProviderProps<Client>,
): ReactElement {
  return <SessionProvider {...props} createEnvironment={createBrowserEnvironment} />
}
