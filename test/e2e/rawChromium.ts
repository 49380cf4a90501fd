import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { WebSocket } from 'ws'
import { chromiumLaunchOptions } from '../support/chromium.js'

/** A tab of a browser that does to hidden pages what it does to everybody's. */
export interface RawTab {
  /** What an expression in the page comes to. */
  evaluate(expression: string): Promise<unknown>
}

export interface RawChromium {
  /** Opens a tab in the one window, in front: those before it are hidden. */
  openTab(url: string): Promise<RawTab>
  close(): Promise<void>
}

interface Reply {
  readonly id?: number
  readonly error?: { readonly message: string }
  readonly result: Record<string, unknown>
}

/**
 * Chromium without Playwright, which keeps every page visible and focused, and switches throttling off.
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export async function launchRawChromium(extraArgs: readonly string[]): Promise<RawChromium> {
  const { executablePath = chromium.executablePath(), args } = chromiumLaunchOptions()
  const profile = await mkdtemp(join(tmpdir(), 'hidden-tab-'))
  const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`]
  const child = spawn(executablePath, [...args, ...own, ...extraArgs, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const hasExited = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const socket = new WebSocket(
    await new Promise<string>((resolve, reject) => {
      let said = ''
      child.on('error', reject)
      void hasExited.then(() => reject(new Error(`Chromium has exited: ${said}`)))
      child.stderr.on('data', (chunk) => {
        said += String(chunk)
        const found = /ws:\/\/\S+/.exec(said)
        if (found) resolve(found[0])
      })
    }),
  )
  await new Promise((resolve) => socket.on('open', resolve))

  const waiting = new Map<number, (reply: Reply) => void>()
  socket.on('message', (data: Buffer) => {
    const reply = JSON.parse(data.toString()) as Reply
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply)
  })
  let sent = 0

  async function send(method: string, params: object, sessionId?: string) {
    const id = ++sent
    const answered = new Promise<Reply>((resolve) => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params, sessionId }))
    const { error, result } = await answered
    waiting.delete(id)
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }

  return {
    async openTab(url) {
      const { targetId } = await send('Target.createTarget', { url })
      await send('Target.activateTarget', { targetId })
      const attached = await send('Target.attachToTarget', { targetId, flatten: true })
      const sessionId = attached['sessionId'] as string
      return {
        async evaluate(expression) {
          const options = { awaitPromise: true, returnByValue: true }
          const answer = await send('Runtime.evaluate', { expression, ...options }, sessionId)
          if (answer['exceptionDetails']) throw new Error(JSON.stringify(answer))
          return (answer['result'] as { value?: unknown }).value
        },
      }
    },
    async close() {
      socket.close()
      child.kill()
      await hasExited
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
