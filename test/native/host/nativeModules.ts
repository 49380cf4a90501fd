import { blobModules, createBlobs } from './blobs.js'
import type { Emit, Implementation } from './nativeSide.js'
import { createNetworking } from './networking.js'
import { createWebSockets } from './webSockets.js'

export interface NativeModules {
  readonly implementations: Readonly<Record<string, Implementation>>
  /** Methods by kind and constants of each module, for the engine. */
  readonly described: object
  /** Files of the device by their URI. */
  readonly files: Map<string, string>
  /** What AsyncStorage keeps. */
  readonly stored: Map<string, string>
  /** Sockets that are open or on their way. */
  readonly openSockets: () => number
  close(): void
}

export interface NativeSide {
  readonly emit: Emit
  readonly os: 'ios' | 'android'
  /** Called with what React Native would show as a red screen. */
  readonly onException: (message: string) => void
}

const constants = {
  PlatformConstants: {
    isTesting: false,
    Version: 36,
    osVersion: '26.1',
    systemName: 'iOS',
    interfaceIdiom: 'phone',
    reactNativeVersion: { major: 0, minor: 0, patch: 0 },
  },
  BlobModule: { BLOB_URI_SCHEME: 'content', BLOB_URI_HOST: null },
  AppState: { initialAppState: 'active' },
}

const promised = new Set([
  'FileReaderModule.readAsText',
  'FileReaderModule.readAsDataURL',
  'RNCNetInfo.getCurrentState',
])

/** The native modules under React Native's JavaScript, on Node's sockets. */
export function createNativeModules({ emit, os, onException }: NativeSide): NativeModules {
  const files = new Map<string, string>()
  const stored = new Map<string, string>()
  const blobs = createBlobs()
  const networking = createNetworking(emit, os, blobs, files)
  const webSockets = createWebSockets(emit, blobs)
  const wifi = { type: 'wifi', isConnected: true, isInternetReachable: true, details: null }
  const nothing = () => {}

  const implementations: Record<string, Implementation> = {
    PlatformConstants: {},
    ExceptionsManager: {
      reportException: ({ message }: { message: string }) => onException(message),
      dismissRedbox: nothing,
    },
    Networking: networking.methods,
    WebSocketModule: webSockets.methods,
    ...blobModules(blobs),
    AppState: {
      getCurrentAppState: (answer: (state: object) => void) => answer({ app_state: 'active' }),
    },
    RNCNetInfo: { configure: nothing, getCurrentState: () => wifi },
    RNCAsyncStorage: {
      multiGet: (keys: string[], done: (errors: null, pairs: unknown) => void) =>
        done(
          null,
          keys.map((key) => [key, stored.get(key) ?? null]),
        ),
      multiSet(pairs: [string, string][], done: (errors: null) => void) {
        for (const [key, value] of pairs) stored.set(key, value)
        done(null)
      },
      multiRemove(keys: string[], done: (errors: null) => void) {
        for (const key of keys) stored.delete(key)
        done(null)
      },
    },
  }

  return {
    implementations,
    described: describe(implementations),
    files,
    stored,
    openSockets: webSockets.count,
    close() {
      networking.close()
      webSockets.close()
    },
  }
}

function describe(implementations: Readonly<Record<string, Implementation>>) {
  return Object.fromEntries(
    Object.entries(implementations).map(([module, methods]) => [
      module,
      {
        constants: constants[module as keyof typeof constants] ?? {},
        methods: Object.fromEntries(
          ['addListener', 'removeListeners', ...Object.keys(methods)].map((method) => [
            method,
            promised.has(`${module}.${method}`) ? 'promise' : 'call',
          ]),
        ),
      },
    ]),
  )
}
