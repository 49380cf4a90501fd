import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { vi } from 'vitest'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** Files of the built page by path. */
export type BuiltApp = ReadonlyMap<string, string | Uint8Array>

/**
 * Bundles an app as a consumer would, with the package from `dist`. In `development`, React's StrictMode
 * runs every effect twice.
 */
export async function buildApp(
  mode: 'development' | 'production',
  app:
    | 'app'
    | 'chatApp'
    | 'moving'
    | 'weather/page'
    | 'routers/reactRouter'
    | 'routers/tanStackRouter' = 'app',
): Promise<BuiltApp> {
  // NODE_ENV overrides the mode in Vite, and Vitest sets it to `test`.
  vi.stubEnv('NODE_ENV', mode)
  const { output } = (await build({
    root: path(`./${app}`),
    configFile: false,
    logLevel: 'error',
    // The examples of the docs name the package by its source.
    resolve: {
      alias: [{ find: /^(\.\.\/)+src\/([\w-]+)\.js$/, replacement: path('../../dist/$2.js') }],
    },
    build: { write: false, minify: false },
  }).finally(vi.unstubAllEnvs)) as Rolldown.RolldownOutput

  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
  if (!modules.some((id) => id.startsWith(path('../../dist/')))) {
    throw new Error('The page was not built from `dist`: run `npm run build` first.')
  }
  const fromSource = modules.filter((id) => id.startsWith(path('../../src/')))
  if (fromSource.length > 0) throw new Error(`The page was built from ${fromSource.join(', ')}`)
  return new Map(
    output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  )
}
