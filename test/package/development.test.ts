import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import type { Environment } from '../../src/core/environment.js'

/** The environment as a bundler leaves it that puts `env` in place of `process.env.NODE_ENV`. */
async function bundled(env: string | null): Promise<Environment> {
  const { outputFiles } = await build({
    entryPoints: ['src/browser/createBrowserEnvironment.ts'],
    bundle: true,
    format: 'iife',
    globalName: 'bundle',
    write: false,
    // For browsers, esbuild would say itself what it is.
    platform: 'neutral',
    define: env === null ? {} : { 'process.env.NODE_ENV': JSON.stringify(env) },
  })
  return runInNewContext(`${outputFiles[0]?.text}; bundle.createBrowserEnvironment()`, { console })
}

it.each([
  ['in development', 'development', 'function'],
  ['in production', 'production', 'undefined'],
  ['in tests', 'test', 'undefined'],
  ['where nobody says what it is', null, 'undefined'],
])('%s, a set-up that cannot work is told or not: %s', async (_, env, kind) => {
  expect(typeof (await bundled(env)).warn).toBe(kind)
})
