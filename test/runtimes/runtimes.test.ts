import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { EdgeRuntime } from 'edge-runtime'
import { build } from 'esbuild'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { killed } from '../support/programs.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scenario = join(root, 'test/runtimes/scenario.js')
const folder = mkdtempSync(join(tmpdir(), 'runtimes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An app that has the package installed. */
mkdirSync(join(folder, 'node_modules'))
symlinkSync(root, join(folder, 'node_modules/react-chat-auth'))
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')

const asOnNode = {
  server: {
    userId: 'jane',
    cookies: ['a=1', 'b=2'],
    dead: 40,
    posted: 200,
    refused: 401,
    large: 413,
    other: 403,
    limited: '7',
    hung: 503,
    abandoned: 499,
    shell: 200,
    foreign: 403,
    statuses: 10,
  },
  core: ['connected', 200, 200, 2, 'disconnected'],
}

/** The program that npm installed for this machine. */
const binary = (name: string, file: string) =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file)

const bundled = async (code: string, conditions: string[], format: 'esm' | 'iife') => {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    write: false,
    format,
    target: 'es2022',
    conditions,
    // What a bundler for browsers would take, were it not for the runtime's own condition.
    platform: 'browser',
  })
  return outputFiles[0]?.text ?? ''
}

/** Runs it as a file of the app, unbundled, with the runtime's own resolution. */
async function runFile(program: string, args: string[]): Promise<unknown> {
  const file = join(folder, 'main.js')
  const code = await build({
    entryPoints: [scenario],
    bundle: true,
    write: false,
    format: 'esm',
    external: ['react-chat-auth'],
  })
  const last = 'console.log(JSON.stringify(await scenario()))'
  writeFileSync(file, `${code.outputFiles[0]?.text}\n${last}`)
  const { stdout } = await promisify(execFile)(program, [...args, file], { cwd: folder })
  return JSON.parse(stdout)
}

test('server and core do on Node what they should', async () => {
  expect(await runFile(process.execPath, [])).toEqual(asOnNode)
})

test('server and core do the same on Bun', async () => {
  const { name } = { name: process.platform === 'win32' ? 'bin/bun.exe' : 'bin/bun.exe' }
  expect(await runFile(binary('bun', name), ['run'])).toEqual(asOnNode)
})

test('server and core do the same on Deno, without any permission', async () => {
  const args = ['run', '--no-prompt', '--node-modules-dir=manual', '--quiet']
  expect(await runFile(binary('deno', 'deno'), args)).toEqual(asOnNode)
})

test('server and core do the same on workerd', async () => {
  const code = `import { scenario } from ${JSON.stringify(scenario)}
    export default { fetch: async () => Response.json(await scenario()) }`
  writeFileSync(join(folder, 'worker.js'), await bundled(code, ['workerd'], 'esm'))
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
     const config :Workerd.Config = (
       services = [(name = "main", worker = .main)],
       sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
     );
     const main :Workerd.Worker = (
       modules = [(name = "worker", esModule = embed "worker.js")],
       compatibilityDate = "2025-09-01"
     );`,
  )
  const args = ['serve', join(folder, 'config.capnp'), '--control-fd=1']
  const child = spawn(binary('workerd', 'bin/workerd'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => killed(child))
  const port = await new Promise<number>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const message = JSON.parse(chunk.toString().split('\n')[0] ?? '') as { port: number }
      resolve(message.port)
    })
  })
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).json()).toEqual(asOnNode)
})

test('server and core do the same on edge-runtime', async () => {
  // Events that the embedded backend's sockets need, and an edge runtime has no sockets for.
  const code = `import { scenario } from ${JSON.stringify(scenario)}
    class EventOfSocket extends Event {
      constructor(type, init) { super(type); Object.assign(this, init) }
    }
    Object.assign(globalThis, { MessageEvent: EventOfSocket, CloseEvent: EventOfSocket })
    addEventListener('fetch', (event) =>
      event.respondWith(scenario().then((seen) => Response.json(seen))))`
  const initialCode = await bundled(code, ['edge-light'], 'iife')
  const answer = await new EdgeRuntime({ initialCode }).dispatchFetch('https://app.test/')
  expect(await answer.json()).toEqual(asOnNode)
})
