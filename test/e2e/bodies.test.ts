import { fileURLToPath } from 'node:url'
import type { ServerResponse } from 'node:http'
import { build } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { ChatAuth } from '../../src/core/chatAuth.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { chromiumLaunchOptions } from '../support/chromium.js'
import { serveBackend } from '../support/serveBackend.js'

declare global {
  interface Window {
    auth: ChatAuth
  }
}

let browser: Browser
let script: string

beforeAll(async () => {
  browser = await chromium.launch(chromiumLaunchOptions())
  const root = fileURLToPath(new URL('../../src/', import.meta.url))
  const { outputFiles } = await build({
    stdin: {
      resolveDir: root,
      contents: `
        import { createChatAuth } from './core.ts'
        import { httpConnector, httpTokenProvider } from './core.ts'
        window.auth = createChatAuth({
          connector: httpConnector({ apiKey: KEY, baseUrl: location.origin }),
          tokenProvider: httpTokenProvider({ url: TOKEN_PATH }),
        })`,
    },
    bundle: true,
    format: 'esm',
    write: false,
  })
  script = outputFiles[0]!.text
})
afterAll(() => browser?.close())

/** Opens a page with a connected session, on a server with an endless stream and a record of uploads. */
async function openPage() {
  const backend = createChatBackend()
  const open = new Set<ServerResponse>()
  const uploads: string[] = []
  let changed = () => {}
  const page = await browser.newPage()
  const served = await serveBackend(backend, {
    intercept(incoming, outgoing) {
      const { pathname } = new URL(incoming.url ?? '', 'http://localhost')
      if (pathname === '/page') {
        const head = `const KEY = '${backend.apiKey}', TOKEN_PATH = '${backend.tokenEndpoint.path}'`
        const html = `<!doctype html><title>A page</title><script type="module">${head};${script}</script>`
        outgoing.setHeader('Content-Type', 'text/html').end(html)
      } else if (pathname === '/stream') {
        open.add(outgoing)
        outgoing.on('close', () => {
          open.delete(outgoing)
          changed()
        })
        outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n')
      } else if (pathname === '/upload') {
        let text = ''
        incoming.on('data', (chunk: Buffer) => (text += chunk.toString()))
        incoming.on('end', () => {
          const boundary = incoming.headers['content-type']?.split('boundary=')[1] ?? '?'
          uploads.push(text.replaceAll(boundary, '…'))
          const isRefused = uploads.length === 1
          outgoing.writeHead(isRefused ? 401 : 200).end(isRefused ? '{"code":40}' : '{}')
        })
      } else return false
      return true
    },
  })
  onTestFinished(async () => {
    await page.close()
    backend.dispose()
    await served.close()
  })
  await page.goto(`${served.url}/page`)
  await page.evaluate(() => window.auth.connectUser({ id: 'jane' }).then(() => {}))
  const allClosed = () =>
    new Promise<void>((resolve) => {
      changed = () => {
        if (open.size === 0) resolve()
      }
      changed()
    })
  return { page, open, uploads, allClosed }
}

/** Reads a stream, calls `end` in the middle, and resolves with the way the reading ended. */
const readUntil = (page: Page, end: 'disconnectUser' | 'dispose') =>
  page.evaluate(async (method) => {
    const { body } = await window.auth.fetch('/stream')
    const reader = body!.getReader()
    await reader.read()
    const reading = reader.read().then(
      () => 'went on',
      (error: { code?: string; name: string }) => error.code ?? error.name,
    )
    void window.auth[method]()
    return reading
  }, end)

test.each([
  ['a log-out', 'disconnectUser' as const],
  ['dispose', 'dispose' as const],
])('in Chromium, a stream of the backend ends with its session, at %s', async (_, end) => {
  const { page, open, allClosed } = await openPage()
  expect(await readUntil(page, end)).toMatch(/^(session-ended|disposed|AbortError)$/)
  await allClosed()
  expect(open.size).toBe(0)
})

test('in Chromium, a form with a file is replayed as it was, without what is added later', async () => {
  const { page, uploads } = await openPage()
  const status = await page.evaluate(async () => {
    const form = new FormData()
    form.append('note', 'hello')
    form.append('file', new File(['content'], 'a.txt', { type: 'text/plain' }))
    const asked = window.auth.fetch('/upload', { method: 'POST', body: form })
    form.append('late', '1')
    return (await asked).status
  })
  expect(status).toBe(200)
  expect(uploads).toHaveLength(2)
  expect(uploads[0]).toContain('filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n')
  expect(uploads[0]).not.toContain('late')
  expect(uploads[1]).toBe(uploads[0])
})
