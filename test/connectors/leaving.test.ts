import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { serveBackend } from '../support/serveBackend.js'

const at = (file: string) => fileURLToPath(new URL(`leaving/${file}`, import.meta.url))

/** Runs an app's process with its own backend. Resolves with its last output once it has exited. */
async function run(file: string, ...kind: string[]) {
  const backend = createChatBackend()
  const served = await serveBackend(backend)
  const { url } = served
  onTestFinished(async () => {
    backend.dispose()
    await served.close()
  })
  const tokenUrl = url + backend.tokenEndpoint.path
  const args = ['--import', 'tsx', at(file), ...kind, backend.apiKey, url, tokenUrl]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, said, backend }
}

// A timer of the real client kept a process alive for up to 15 seconds.
test.each(['http', 'stream-chat'])(
  'a Node process that disposed its handle exits by itself, without waiting for a timer: %s',
  async (kind) => {
    const { code, said, backend } = await run('process.ts', kind)
    expect(code).toBe(0)
    const waitedFor = JSON.parse(said) as number[]
    expect(waitedFor.filter((ms) => ms > 0)).toEqual([])
    expect(backend.counters.liveSockets).toBe(0)
  },
  60_000,
)

test('a Node process survives a hook whose request the end of the session rejects', async () => {
  const { code, said, backend } = await run('hook.ts')
  expect(code).toBe(0)
  expect(JSON.parse(said)).toEqual([
    'awaits',
    'throws later',
    'ignores it and hangs',
    'awaits auth.fetch',
  ])
  expect(backend.counters.liveSockets).toBe(0)
}, 60_000)
