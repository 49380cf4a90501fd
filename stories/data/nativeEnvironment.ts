import NetInfo from '@react-native-community/netinfo'
import { AppState } from 'react-native'
import type { Environment } from '../../src/index.js'

/** Creates the `environment` prop from React Native's sleep and network events. */
export function createNativeEnvironment(): Partial<Environment> {
  let isOnline = true
  NetInfo.addEventListener(({ isConnected }) => {
    // Null means unknown, which counts as online.
    isOnline = isConnected !== false
  })
  return {
    isOnline: () => isOnline,
    onWake(listener) {
      const appState = AppState.addEventListener('change', (status) => {
        if (status === 'active') listener()
      })
      const stopListening = NetInfo.addEventListener(({ isConnected }) => {
        if (isConnected) listener()
      })
      return () => {
        appState.remove()
        stopListening()
      }
    },
  }
}
