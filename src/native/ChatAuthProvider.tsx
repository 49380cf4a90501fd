'use client'
import type { ReactElement } from 'react'
import { ChatAuthProvider as Provider } from '../react/ChatAuthProvider.js'
import type { ChatAuthProviderProps } from '../react/ChatAuthProvider.js'
import { PlatformContext } from '../react/platform.js'
import { nativeEnvironment } from './nativeEnvironment.js'

/**
 * Provides the session to the hooks inside, as on the web. The app's state and the network are those of
 * React Native.
 */
export function ChatAuthProvider<Client = unknown>(
  props: ChatAuthProviderProps<Client>,
): ReactElement {
  return (
    <PlatformContext.Provider value={nativeEnvironment}>
      <Provider {...props} />
    </PlatformContext.Provider>
  )
}
