import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import { serveBackend, type ServeOptions } from '../../support/serveBackend.js'
import { codeOf, newest, oldest, type Bundle } from '../build/bundles.js'
import { hermesEngine } from './hermesEngine.js'
import { openNativeApp, type StartEngine } from './nativeApp.js'
import { vmEngine } from './vmEngine.js'

export interface NativeHost {
  readonly name: string
  readonly bundle: Bundle
  readonly start: StartEngine
}

export const hosts: readonly NativeHost[] = [
  {
    name: 'React Native 0.81 with promises of its own',
    bundle: oldest,
    start: vmEngine({ hasPromise: false }),
  },
  { name: 'React Native 0.88', bundle: newest, start: vmEngine({ hasPromise: true }) },
  { name: 'React Native 0.81 in Hermes 0.12', bundle: oldest, start: hermesEngine },
]

export type ConnectorKind = 'http' | 'stream-chat'
const connectorKinds: readonly ConnectorKind[] = ['http', 'stream-chat']

/** Every host with every connector. */
export const places = hosts.flatMap((host) => connectorKinds.map((kind) => ({ host, kind })))

const prelude = readFileSync(new URL('prelude.js', import.meta.url), 'utf8')

/** Starts the app in a host, until the test is over. */
export function openHost({ bundle, start }: NativeHost) {
  const app = openNativeApp(start, { prelude, bundle: codeOf(bundle), os: bundle.platform })
  onTestFinished(() => app.close())
  return app
}

/** Starts the app with a handle, on a real server of a backend of its own. */
export async function openApp(
  host: NativeHost,
  connector: ConnectorKind,
  { options, ...served }: ServeOptions & { options?: object } = {},
) {
  const backend = createChatBackend()
  // Requests learn first that a token is dead.
  backend.socketExpiry = 'silent'
  const server = await serveBackend(backend, served)
  const { url } = server
  onTestFinished(async () => {
    backend.dispose()
    await server.close()
  })
  const app = openHost(host)
  const { apiKey, tokenEndpoint } = backend
  const tokenUrl = url + tokenEndpoint.path
  await app.run('create', { connector, apiKey, baseUrl: url, tokenUrl, options })
  return { backend, app, url, until: untilCounted(backend) }
}

type Backend = ReturnType<typeof createChatBackend>

/** Resolves once the backend's counters are so. */
const untilCounted = (backend: Backend) => (isSo: (counters: Backend['counters']) => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (!isSo(backend.counters)) return
      stop()
      resolve()
    }
    const stop = backend.subscribe(look)
    look()
  })
