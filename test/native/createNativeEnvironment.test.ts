import { expect, it, vi } from 'vitest'
import {
  createNativeEnvironment,
  type NetworkState,
} from '../../src/native/createNativeEnvironment.js'

/** React Native's `AppState` and NetInfo, as far as they are listened to. */
function createPhone() {
  const apps = new Set<(status: string) => void>()
  const networks = new Set<(state: NetworkState) => void>()
  const appState = {
    currentState: 'active' as string | undefined,
    addEventListener(_type: 'change', listener: (status: string) => void) {
      apps.add(listener)
      return { remove: () => apps.delete(listener) }
    },
  }
  const netInfo = {
    addEventListener(listener: (state: NetworkState) => void) {
      // A listener of its own each time: one that listens twice is told twice.
      const own = (state: NetworkState) => listener(state)
      networks.add(own)
      return () => networks.delete(own)
    },
  }
  return {
    appState,
    netInfo,
    environment: createNativeEnvironment(appState, netInfo),
    listening: () => [apps.size, networks.size],
    changeApp: (status: string) => {
      appState.currentState = status
      for (const listener of apps) listener(status)
    },
    changeNetwork: (
      isConnected: boolean | null,
      type = isConnected === false ? 'none' : 'wifi',
    ) => {
      for (const listener of networks) listener({ isConnected, type })
    },
  }
}

it('the network of a phone counts as there until NetInfo says that it is gone', () => {
  const { environment, changeNetwork } = createPhone()
  expect(environment.isOnline()).toBe(true)
  const listener = vi.fn()
  const stop = environment.onNetworkChange?.(listener)
  for (const [isConnected, isOnline] of [
    [null, true],
    [false, false],
    [true, true],
    [false, false],
  ] as const) {
    changeNetwork(isConnected)
    expect(environment.isOnline()).toBe(isOnline)
  }
  expect(listener).toHaveBeenCalledTimes(4)

  stop?.()
  expect(environment.isOnline()).toBe(true)
})

it('a phone wakes when its app comes to the front, or its network returns or changes', () => {
  const { environment, changeApp, changeNetwork } = createPhone()
  const listener = vi.fn()
  const stop = environment.onWake(listener)
  for (const status of ['inactive', 'background']) changeApp(status)
  for (const isConnected of [true, true, null, false]) changeNetwork(isConnected)
  expect(listener).not.toHaveBeenCalled()
  changeApp('active')
  expect(listener).toHaveBeenCalledTimes(1)
  changeNetwork(true)
  expect(listener).toHaveBeenCalledTimes(2)
  changeNetwork(true, 'cellular')
  expect(listener).toHaveBeenCalledTimes(3)

  stop()
  changeApp('active')
  changeNetwork(true)
  expect(listener).toHaveBeenCalledTimes(3)
})

it('an app is hidden in the background, and visible under a call or before its state is known', () => {
  const { environment, changeApp, appState } = createPhone()
  const seen: (boolean | undefined)[] = []
  const stop = environment.onVisibilityChange?.(() => seen.push(environment.isVisible?.()))
  for (const status of ['inactive', 'background', 'active']) changeApp(status)
  stop?.()
  changeApp('background')
  expect(seen).toEqual([true, false, true])
  appState.currentState = undefined
  expect(environment.isVisible?.()).toBe(true)
})

it('a phone is listened to once, and by nobody once all have stopped', () => {
  const { environment, listening, changeNetwork } = createPhone()
  expect(listening()).toEqual([0, 0])
  const listener = vi.fn()
  const stops = [
    environment.onWake(listener),
    environment.onWake(listener),
    environment.onNetworkChange?.(listener),
    environment.onNetworkChange?.(listener),
  ]
  expect(listening()).toEqual([2, 1])
  stops[2]?.()
  stops[2]?.()
  changeNetwork(true)
  expect(listener).toHaveBeenCalledTimes(1)
  for (const stop of stops) stop?.()
  expect(listening()).toEqual([0, 0])
  expect(environment.onNetworkChange?.(listener)).toBeTypeOf('function')
  expect(listening()).toEqual([0, 1])
})

it('without NetInfo an app wakes by its state alone, and pauses in the background at once', () => {
  const { appState, changeApp } = createPhone()
  const environment = createNativeEnvironment(appState, null)
  const listener = vi.fn()
  const stop = environment.onWake(listener)
  environment.onNetworkChange?.(listener)()
  changeApp('active')
  stop()
  expect(listener).toHaveBeenCalledTimes(1)
  expect(environment.isOnline()).toBe(true)
  expect(environment.pauseAfterHiddenMs).toBe(0)
})
