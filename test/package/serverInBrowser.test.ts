import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { build as bundle, type BuildOptions } from 'esbuild'
import { build, type InlineConfig } from 'vite'
import { describe, expect, test } from 'vitest'
import { inPlainNode, root } from './dist.js'

/** Page that would sign tokens itself. */
const page = `
  import { createUserToken } from 'react-chat-auth/server'
  document.title = await createUserToken('jane', { secret: 'shipped-to-everyone-who-opens-the-page' })`
const pageWithAll = `
  import * as server from 'react-chat-auth/server'
  document.title = Object.keys(server).join()`

const withVite = (code: string, config: InlineConfig = {}) =>
  build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page' ? join(root, 'page.js') : null),
        load: (id) => (id === join(root, 'page.js') ? code : null),
      },
    ],
    ...config,
    build: { write: false, rolldownOptions: { input: 'page' }, target: 'es2022', ...config.build },
  })

const withEsbuild = (code: string, options: BuildOptions) =>
  bundle({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
    ...options,
  })

describe('a page that imports react-chat-auth/server', () => {
  test('is not built by Vite, which names the reason', async () => {
    await expect(withVite(page)).rejects.toThrow(/createUserToken.*server\/notForBrowsers\.js/s)
  })

  test('is not built by esbuild, which names the reason', async () => {
    await expect(withEsbuild(page, { platform: 'browser' })).rejects.toThrow(
      /server\/notForBrowsers\.js.*createUserToken/s,
    )
  })

  test('throws as soon as it is loaded, if it was built anyway', async () => {
    const { outputFiles } = await withEsbuild(pageWithAll, { platform: 'browser' })
    const code = outputFiles?.[0]?.text ?? ''
    expect(code).toContain('must never reach one')
    const script = `globalThis.document = {}; await import('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(code))}).catch((error) => console.log(error.message))`
    expect(inPlainNode(script)).toContain('react-chat-auth/server was loaded in a browser')
  })

  test('is refused under the condition of React Native too', () => {
    const script = `await import('react-chat-auth/server').catch((error) => console.log(error.message))`
    for (const condition of ['browser', 'react-native']) {
      const args = ['--conditions', condition, '--input-type=module', '--eval', script]
      const text = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
      expect(text).toContain('the API secret, which must never reach one')
    }
  })
})

describe('a server that imports it is built', () => {
  test('by Vite, for Node', async () => {
    await expect(withVite(page, { build: { ssr: true } })).resolves.toBeTruthy()
  })

  test.each<[string, BuildOptions]>([
    ['Node', { platform: 'node' }],
    ['workers', { conditions: ['workerd', 'worker', 'browser'] }],
    ['an edge runtime', { conditions: ['edge-light', 'browser'] }],
    ['Bun', { conditions: ['bun', 'browser'] }],
    ['Deno', { conditions: ['deno', 'browser'] }],
    ['Fastly', { conditions: ['fastly', 'browser'] }],
    ['Netlify', { conditions: ['netlify', 'browser'] }],
    ['Azion', { conditions: ['azion', 'browser'] }],
    ['EdgeRoutine', { conditions: ['edge-routine', 'browser'] }],
    ['Wasmer', { conditions: ['wasmer', 'browser'] }],
  ])('by esbuild, for %s', async (_, options) => {
    const { outputFiles } = await withEsbuild(page, options)
    expect(outputFiles?.[0]?.text).toContain('HS256')
  })
})
