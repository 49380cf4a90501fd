import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import { listen } from '../support/listen.js'

/** Sends text over one connection; resolves with everything received before it closed. */
async function converse(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(text)
  let answers = ''
  for await (const chunk of socket) answers += String(chunk)
  return answers.replace(/HTTP\/1.1 (\d+)[^]*?\r\n\r\n/g, '$1 ')
}

const post = (version: string, body: string, size = body.length) =>
  `POST / HTTP/${version}\r\nHost: a.test\r\nContent-Length: ${size}\r\n\r\n${body}`
const get = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n'
const large = 'x'.repeat(200_000)

const answer = () => new Response('A')

describe('an unread body', () => {
  test.each<[string, (body: ReadableStream | null) => unknown]>([
    ['at all', () => {}],
    ['beyond its first piece', (body) => body?.getReader().read()],
    [
      'beyond its first piece, and cancelled',
      async (body) => {
        const reader = body?.getReader()
        await reader?.read()
        await reader?.cancel()
      },
    ],
    ['before the answer is made', (body) => void body?.getReader().read()],
  ])('%s leaves the connection to the next request', async (_, read) => {
    const url = await listen(
      toNodeHandler(async ({ body }) => {
        await read(body)
        return answer()
      }),
    )
    expect(await converse(url, post('1.1', large) + get)).toBe('200 A200 A')
  })

  test('leaves the connection usable if the handler fails', async () => {
    const url = await listen(
      toNodeHandler(async ({ body }) => {
        await body?.getReader().read()
        throw new Error('no')
      }),
    )
    expect(await converse(url, post('1.1', large) + get)).toBe('500 500 ')
  })

  test('is discarded before an answer that closes the connection', async () => {
    let isRead = false
    let wasRead = false
    const url = await listen((incoming, outgoing) => {
      incoming.once('end', () => (isRead = true))
      outgoing.once('prefinish', () => (wasRead = isRead))
      void toNodeHandler(async () => answer())(incoming, outgoing)
    })
    expect(await converse(url, post('1.0', large))).toBe('200 A')
    expect(wasRead).toBe(true)
  })

  test('delays the answer by at most 1 s', async () => {
    const url = await listen(toNodeHandler(async () => answer()))
    expect(await converse(url, post('1.0', 'x', 200_000))).toBe('200 A')
  })
})

describe('a body that the handler reads', () => {
  test('is buffered only as far as its reader has asked', async () => {
    const url = await listen((incoming, outgoing) => {
      const handler = toNodeHandler(async ({ body }) => {
        await body?.getReader().read()
        return new Response(String(incoming.isPaused()))
      })
      void handler(incoming, outgoing)
    })
    expect(await converse(url, post('1.1', large) + get)).toBe('200 true200 false')
  })

  test('fails if its client disconnects, before or during the reading', async () => {
    const failures: unknown[] = []
    let broken: (value?: unknown) => void = () => {}
    const url = await listen((incoming, outgoing) => {
      const closed = new Promise((resolve) => incoming.once('close', resolve))
      const handler = toNodeHandler(async (request) => {
        if (request.url.endsWith('/before')) await closed
        await request.text().catch((error: unknown) => failures.push(error))
        broken()
        return answer()
      })
      void handler(incoming, outgoing)
    })
    for (const path of ['/before', '/while']) {
      const isBroken = new Promise((resolve) => (broken = resolve))
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.write(post('1.1', 'x', 100).replace('/ ', `${path} `), () => socket.destroy())
      await isBroken
    }
    expect(failures).toHaveLength(2)
    expect(String(failures)).toContain('broke off')
  })
})
