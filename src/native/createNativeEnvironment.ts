import { commonEnvironment } from '../browser/commonEnvironment.js'
import type { Environment } from '../core/environment.js'

/** Part of React Native's `AppState` that is used here. */
export interface AppState {
  readonly currentState: string | null | undefined
  addEventListener(type: 'change', listener: (status: string) => void): { remove(): void }
}

/** State of the network as `@react-native-community/netinfo` tells it; null means unknown. */
export interface NetworkState {
  readonly type?: string
  readonly isConnected: boolean | null
}

/** Part of `@react-native-community/netinfo` that is used here. */
export interface NetInfo {
  addEventListener(listener: (state: NetworkState) => void): () => void
}

/**
 * Creates the environment for React Native. Without NetInfo the network counts as there, and only the
 * app's return to the foreground is a wake-up. Listens to nothing until core does.
 */
export function createNativeEnvironment(appState: AppState, netInfo: NetInfo | null): Environment {
  const network = followNetwork(netInfo)

  function onAppState(listener: (status: string) => void): () => void {
    const subscription = appState.addEventListener('change', listener)
    return () => subscription.remove()
  }

  return {
    ...commonEnvironment(),
    isOnline: network.isOnline,
    onWake(listener) {
      const stopApp = onAppState((status) => {
        if (status === 'active') listener()
      })
      const stopNetwork = network.follow((before, now) => {
        // Wi-Fi → mobile: the old connections are dead, though there always was a network.
        const isOther = before?.isConnected === false || before?.type !== now.type
        if (before && now.isConnected && isOther) listener()
      })
      return () => {
        stopApp()
        stopNetwork()
      }
    },
    onNetworkChange: (listener) => network.follow(() => listener()),
    // `inactive` is an app that is still on the screen, such as under a call or the control centre.
    isVisible: () => appState.currentState !== 'background',
    onVisibilityChange: (listener) => onAppState(() => listener()),
    pauseAfterHiddenMs: 0,
  }
}

type NetworkListener = (before: NetworkState | null, now: NetworkState) => void

/** Listens to NetInfo once, for as long as anyone follows. */
function followNetwork(netInfo: NetInfo | null) {
  const listeners = new Set<NetworkListener>()
  /** Set by NetInfo, reset with the last listener: what is not listened to is unknown. */
  let known: NetworkState | null = null
  /** Set with the first listener, reset with the last. */
  let stop: (() => void) | undefined

  function hear(state: NetworkState): void {
    const before = known
    known = state
    for (const listener of listeners) listener(before, state)
  }

  return {
    isOnline: () => known?.isConnected !== false,
    follow(listener: NetworkListener): () => void {
      listeners.add(listener)
      stop ??= netInfo?.addEventListener(hear)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stop?.()
        stop = undefined
        known = null
      }
    },
  }
}
