import { once } from 'node:events'
import { request as sendRaw, type IncomingMessage } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { connect, type AddressInfo } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import { listen } from '../support/listen.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const tokens = createTokenHandler({ secret, authenticate: () => 'jane' })

/** Answers with the parts of the web request. */
const echo = toNodeHandler(async (request: Request) =>
  Response.json({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  }),
)

interface Echo {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

const echoed = async (url: string, init?: RequestInit) =>
  (await (await fetch(url, init)).json()) as Echo

/** Sends a request that `fetch` does not allow. */
async function raw(url: string, options: object): Promise<{ status: number; text: string }> {
  const sending = sendRaw(url, options)
  sending.end()
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return { status: answer.statusCode ?? 0, text }
}

describe('on Node’s http, a request', () => {
  test('becomes a web Request with its method, URL, headers and body', async () => {
    const url = await listen(echo)
    const answer = await echoed(`${url}/a/b?c=d`, {
      method: 'POST',
      body: 'text',
      headers: { Cookie: 'e=f', 'X-Two': 'g' },
    })
    expect(answer).toMatchObject({ method: 'POST', url: `${url}/a/b?c=d`, body: 'text' })
    expect(answer.headers).toMatchObject({ cookie: 'e=f', 'x-two': 'g' })
  })

  test('has the scheme of its socket, whatever a header says', async () => {
    const url = await listen(echo)
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'elsewhere.test' }
    expect((await echoed(url, { headers })).url).toBe(`${url}/`)
    const secure = await listen((incoming, outgoing) => {
      Object.assign(incoming.socket, { encrypted: true })
      void echo(incoming, outgoing)
    })
    expect((await echoed(secure)).url).toBe(`${secure.replace('http', 'https')}/`)
  })

  test.each(['//elsewhere.test/x', 'http://elsewhere.test/x', '*'])(
    'cannot name another host by its path: %s',
    async (path) => {
      const url = await listen(echo)
      const { text } = await raw(url, { path })
      expect(new URL((JSON.parse(text) as Echo).url).origin).toBe(url)
    },
  )

  test.each<[string, object]>([
    ['a broken host', { headers: { Host: 'a b' } }],
    ['the method TRACE', { method: 'TRACE' }],
  ])('that the Web does not know, with %s, is a 400', async (_, options) => {
    expect((await raw(await listen(echo), options)).status).toBe(400)
  })

  test('of HTTP/2 keeps its host and its body', async () => {
    const server = createHttp2Server((incoming, outgoing) => void echo(incoming, outgoing))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const client = connectHttp2(`http://127.0.0.1:${port}`)
    onTestFinished(() => {
      client.close()
      server.close()
    })
    const sending = client.request({ ':method': 'POST', ':path': '/chat?a=b' })
    sending.end('text')
    let text = ''
    for await (const chunk of sending) text += String(chunk)
    expect(JSON.parse(text)).toMatchObject({
      url: `http://127.0.0.1:${port}/chat?a=b`,
      body: 'text',
    })
  })
})

describe('on Node’s http, an answer', () => {
  test('is sent with its status, headers and cookies', async () => {
    const url = await listen(
      toNodeHandler(async () => {
        const answer = new Response('made', { status: 201, headers: { 'X-A': 'b' } })
        answer.headers.append('Set-Cookie', 'c=d')
        answer.headers.append('Set-Cookie', 'e=f')
        return answer
      }),
    )
    const { status, headers } = await fetch(url)
    expect([status, headers.get('X-A')]).toEqual([201, 'b'])
    expect(headers.getSetCookie()).toEqual(['c=d', 'e=f'])
  })

  test('to HEAD has no body, and a large unread body is discarded', async () => {
    const url = await listen(toNodeHandler(tokens))
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const body = 'x'.repeat(1_000_000)
    expect((await fetch(url, { method: 'POST', body })).status).toBe(413)
    expect((await fetch(url)).status).toBe(200)
  })

  test('that fails is a 500 without details, or is left to the framework', async () => {
    const failing = toNodeHandler(() => Promise.reject(new Error('canary')))
    const answer = await fetch(await listen(failing))
    expect([answer.status, await answer.text()]).toEqual([500, ''])
    const passed: unknown[] = []
    const url = await listen((incoming, outgoing) => {
      void failing(incoming, outgoing, (error) => {
        passed.push(error)
        outgoing.end()
      })
    })
    await fetch(url)
    expect(passed).toEqual([new Error('canary')])
  })

  test('that was sent aborts no signal', async () => {
    let sent: AbortSignal | undefined
    const url = await listen(
      toNodeHandler(async (request) => {
        sent ??= request.signal
        return new Response('all of it')
      }),
    )
    const answer = await fetch(url, { headers: { Connection: 'close' } })
    expect(await answer.text()).toBe('all of it')
    // The first connection is closed by the time of the next answer.
    await (await fetch(url)).text()
    expect(sent?.aborted).toBe(false)
  })

  test('aborts its signal when the client disconnects', async () => {
    let aborted: (event: Event) => void = () => {}
    const isAborted = new Promise<Event>((resolve) => (aborted = resolve))
    let started = () => {}
    const hasStarted = new Promise<void>((resolve) => (started = resolve))
    const url = await listen(
      toNodeHandler((request) => {
        request.signal.addEventListener('abort', aborted)
        started()
        return new Promise(() => {})
      }),
    )
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: app.test\r\n\r\n')
    await hasStarted
    socket.destroy()
    expect((await isAborted).type).toBe('abort')
  })
})

describe('on Express', () => {
  const expressed = (...handlers: express.RequestHandler[]) =>
    listen(
      express()
        .use(...handlers)
        .all('/chat/token', echo) as never,
    )

  test('reads the URL and the body itself', async () => {
    const url = await listen(express().use('/chat', express.Router().all('/token', echo)))
    const answer = await echoed(`${url}/chat/token?user_id=jane`, { method: 'POST', body: 'a' })
    expect(new URL(answer.url).search).toBe('?user_id=jane')
    expect(answer.body).toBe('a')
  })

  test.each<[string, express.RequestHandler, string, string]>([
    ['JSON', express.json(), 'application/json', '{"user_id":"jane"}'],
    ['a form', express.urlencoded(), 'application/x-www-form-urlencoded', 'user_id=jane'],
    ['text', express.text(), 'text/plain', '{"user_id":"jane"}'],
    ['bytes', express.raw(), 'application/octet-stream', '{"user_id":"jane"}'],
  ])('takes what a parser left of %s', async (_, parser, type, body) => {
    const url = await expressed(parser)
    const answer = await echoed(`${url}/chat/token`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': type },
    })
    expect(JSON.parse(answer.body)).toEqual({ user_id: 'jane' })
  })

  test('gives authenticate its own request', async () => {
    const handler = createTokenHandler({
      secret,
      authenticate: (_, { query }: express.Request) => query['user_id'] as string,
    })
    const url = await listen(express().all('/chat/token', toNodeHandler(handler)))
    expect((await fetch(`${url}/chat/token?user_id=jane`)).status).toBe(200)
  })

  test('leaves errors to its error handler', async () => {
    const app = express().get(
      '/',
      toNodeHandler(() => Promise.reject(new Error('no'))),
    )
    const onError: express.ErrorRequestHandler = (error: Error, _, response, __) => {
      response.status(418).send(error.message)
    }
    const answer = await fetch(await listen(app.use(onError)))
    expect([answer.status, await answer.text()]).toEqual([418, 'no'])
  })
})

describe('on Fastify', () => {
  async function fastified(handler: ReturnType<typeof toNodeHandler>) {
    const app = Fastify()
    const seen: number[] = []
    app.addHook('onSend', async (_, reply) => void seen.push(reply.statusCode))
    app.all('/chat/token', handler)
    onTestFinished(() => app.close())
    return { url: `${await app.listen({ port: 0, host: '127.0.0.1' })}/chat/token`, seen }
  }

  test('answers through the reply, so that Fastify’s hooks see the answer', async () => {
    const { url, seen } = await fastified(toNodeHandler(tokens))
    const answer = await fetch(`${url}?user_id=jane`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toBe('application/json')
    expect(Object.keys((await answer.json()) as object)).toEqual(['token'])
    expect((await fetch(`${url}?user_id=bob`)).status).toBe(403)
    expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(204)
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405)
    expect(seen).toEqual([200, 403, 204, 200, 405])
  })

  test('passes on the parsed body', async () => {
    const { url } = await fastified(echo)
    const answer = await echoed(url, {
      method: 'POST',
      body: '{"user_id":"jane"}',
      headers: { 'Content-Type': 'application/json' },
    })
    expect(answer.body).toBe('{"user_id":"jane"}')
    expect((await echoed(url)).body).toBe('')
  })

  test('answers a failure with a 500 without details', async () => {
    const { url } = await fastified(toNodeHandler(() => Promise.reject(new Error('canary'))))
    const answer = await fetch(url)
    expect([answer.status, await answer.text()]).toEqual([500, ''])
  })
})
