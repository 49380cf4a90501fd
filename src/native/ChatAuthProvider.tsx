'use client'
import type { ReactElement } from 'react'
import { SessionProvider, type ChatAuthProviderProps } from '../react/SessionProvider.js'
import { nativeEnvironment } from './nativeEnvironment.js'

/**
 * Provides the session to the hooks inside, as on the web. The app's state and the network are those of
 * React Native.
 */
export function ChatAuthProvider<Client = unknown>(
  props: ChatAuthProviderProps<Client>,
): ReactElement {
  return <SessionProvider {...props} createEnvironment={nativeEnvironment} />
}
