import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { bundles, fileOf, modulesOf } from './build/bundles.js'
import { hosts, openHost } from './host/hosts.js'

const ours = /^node_modules\/react-chat-auth\/dist\//

const hermesCompiler = fileURLToPath(
  new URL('node_modules/hermes-compiler/hermesc/linux64-bin/hermesc', import.meta.url),
)

describe.each(bundles)('Metro’s bundle for $platform on React Native $version', (bundle) => {
  const modules = modulesOf(bundle)
  const paths = modules.map(({ path }) => path)

  test('contains the hooks, and no DOM component and no stylesheet', () => {
    const own = paths.filter((path) => ours.test(path)).map((path) => path.replace(ours, ''))
    expect(own).toContain('react/useChatUser.js')
    expect(own.filter((path) => /\.css$|^components\/(?!ChatAuthGate)/.test(path))).toEqual([])
  })

  test('contains of the browser’s platform only what a phone shares with it', () => {
    const browser = paths.filter((path) => path.includes('react-chat-auth/dist/browser/'))
    expect(browser).toEqual(['node_modules/react-chat-auth/dist/browser/commonEnvironment.js'])
  })

  test('contains neither react-dom nor jose', () => {
    expect(paths.filter((path) => /node_modules\/(?:react-dom|jose)\//.test(path))).toEqual([])
  })

  test('has at most 66 kB of ours, minified and compressed', async () => {
    // Metro shakes nothing off: all of both entries counts, with classes and `async` written out.
    const code = modules.filter(({ path }) => ours.test(path)).map((module) => module.code)
    const { code: minified } = await transform(code.join('\n'), { minify: true })
    expect(gzipSync(minified).length).toBeLessThan(67_000)
  })

  test('is taken by the compiler of the newest Hermes', () => {
    chmodSync(hermesCompiler, 0o755)
    const args = ['-emit-binary', '-O0', '-w', '-out', '/dev/null', fileURLToPath(fileOf(bundle))]
    expect(() => execFileSync(hermesCompiler, args, { stdio: 'pipe' })).not.toThrow()
  })
})

/** Names of browsers and of Node, none of which React Native has. */
const missing = [
  'TextDecoder',
  'ReadableStream',
  'structuredClone',
  'crypto',
  'BroadcastChannel',
  'document',
  'atob',
  'localStorage',
]

describe.each(hosts)('$name', (host) => {
  test('has what its set-up installs, nothing of a browser, and all of the library but its DOM components', async () => {
    const { globals, exports } = await openHost(host).run<Record<string, string[]>>('platform')
    expect(globals).toEqual(
      expect.arrayContaining(['URL', 'FormData', 'Blob', 'fetch', 'AbortController', 'WebSocket']),
    )
    expect(globals!.filter((name) => missing.includes(name))).toEqual([])
    expect(exports).toEqual(
      expect.arrayContaining([
        'ChatAuthProvider',
        'createChatAuth',
        'httpConnector',
        'useChatUser',
      ]),
    )
    expect(
      exports!.filter((name) => ['LogoutSwitchUser', 'ConnectionStatus'].includes(name)),
    ).toEqual([])
  })
})

/** Names of ECMAScript that newer engines have and Hermes 0.12 has not: nothing of ours needs them. */
const newerThanHermes = [
  'AggregateError',
  'Array.prototype.at',
  'Array.prototype.toSorted',
  'Array.prototype.with',
  'Intl',
  'Promise.any',
  'String.prototype.at',
  'String.prototype.toWellFormed',
  'Symbol.asyncIterator',
]

test.each(hosts)(
  'on $name, newer names of the language are there unless it is Hermes 0.12',
  async (host) => {
    const lacks = await openHost(host).run('lacks', newerThanHermes)
    expect(lacks).toEqual(host.name.endsWith('Hermes 0.12') ? newerThanHermes : [])
  },
)
