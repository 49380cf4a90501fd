import { beforeEach, expect, test, vi } from 'vitest'
import { createNativeEnvironment } from '../../stories/data/nativeEnvironment.js'

const appState = new Set<(status: string) => void>()
const netInfo = new Set<(state: { isConnected: boolean | null }) => void>()

vi.mock('react-native', () => ({
  AppState: {
    addEventListener(_type: string, listener: (status: string) => void) {
      appState.add(listener)
      return { remove: () => appState.delete(listener) }
    },
  },
}))

vi.mock('@react-native-community/netinfo', () => ({
  default: {
    addEventListener(listener: (state: { isConnected: boolean | null }) => void) {
      netInfo.add(listener)
      return () => netInfo.delete(listener)
    },
  },
}))

const changeAppState = (status: string) => appState.forEach((listener) => listener(status))
const changeNetwork = (isConnected: boolean | null) =>
  netInfo.forEach((listener) => listener({ isConnected }))

beforeEach(() => {
  appState.clear()
  netInfo.clear()
})

test('the recipe for React Native knows whether there is a network', () => {
  const { isOnline } = createNativeEnvironment()
  expect(isOnline?.()).toBe(true)
  changeNetwork(false)
  expect(isOnline?.()).toBe(false)
  changeNetwork(null)
  expect(isOnline?.()).toBe(true)
})

test('it calls back when the app or the network returns, until it is told not to', () => {
  const listener = vi.fn()
  const stop = createNativeEnvironment().onWake?.(listener)
  for (const status of ['background', 'inactive']) changeAppState(status)
  changeNetwork(false)
  expect(listener).not.toHaveBeenCalled()
  changeAppState('active')
  changeNetwork(true)
  expect(listener).toHaveBeenCalledTimes(2)

  stop?.()
  changeAppState('active')
  changeNetwork(true)
  expect(listener).toHaveBeenCalledTimes(2)
})
