import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { serveBackend } from '../support/serveBackend.js'

const script = fileURLToPath(new URL('leaving/process.ts', import.meta.url))

// A timer of the real client's kept a process for up to 15 seconds.
test.each(['http', 'stream-chat'])(
  'a Node process that disposed of its handle ends by itself, and waits for no timer: %s',
  async (kind) => {
    const backend = createChatBackend()
    const served = await serveBackend(backend)
    const { url } = served
    onTestFinished(async () => {
      backend.dispose()
      await served.close()
    })
    const tokenUrl = url + backend.tokenEndpoint.path
    const args = ['--import', 'tsx', script, kind, backend.apiKey, url, tokenUrl]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill())
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(0)
    const waitedFor = JSON.parse(said) as number[]
    expect(waitedFor.filter((ms) => ms > 0)).toEqual([])
    expect(backend.counters.liveSockets).toBe(0)
  },
  60_000,
)
