import { Agent, createServer, request, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import { lacks, startNginx } from '../support/programs.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const tokens = toNodeHandler(
  createTokenHandler({
    secret,
    authenticate: ({ headers }) => (headers.get('Authorization') === 'jane' ? 'jane' : null),
  }),
)

const frameworks = {
  'Node’s http': async () => createServer((incoming, outgoing) => void tokens(incoming, outgoing)),
  Express: async () => createServer(express().use(tokens) as RequestListener),
  async Fastify() {
    const app = Fastify()
    // The body stays unread and unparsed, as in a route that reads the stream itself.
    app.addContentTypeParser('*', (_, __, done) => done(null))
    app.all('/chat/token', tokens)
    await app.ready()
    return app.server
  },
}

type Framework = keyof typeof frameworks

/** nginx settings for its upstream; by default, every connection closes with its answer. */
const proxies = {
  'keep-alive': { upstream: 'keepalive 4;', version: '1.1' },
  'HTTP/1.0': { upstream: '', version: '1.0' },
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** Starts nginx in front of two servers; it skips a server for 10 s after one broken answer. */
async function serve(framework: Framework, how: keyof typeof proxies, buffering = 'on') {
  const servers = await Promise.all([1, 2].map(() => frameworks[framework]()))
  const ports = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      stops.push(async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      })
      return (server.address() as AddressInfo).port
    }),
  )
  const { upstream, version } = proxies[how]
  const nginx = await startNginx(
    (port) => `
      client_max_body_size 0;
      upstream app { ${ports.map((each) => `server 127.0.0.1:${each};`).join(' ')} ${upstream} }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://app;
          proxy_http_version ${version};
          proxy_set_header Connection "${version === '1.1' ? '' : 'close'}";
          proxy_request_buffering ${buffering};
          proxy_read_timeout 5s;
        }
      }`,
  )
  const agent = new Agent({ keepAlive: true, maxSockets: 6 })
  stops.push(
    () => nginx.stop(),
    async () => agent.destroy(),
  )
  return { port: nginx.port, agent, host: '127.0.0.1', path: '/chat/token' }
}

type Proxied = Awaited<ReturnType<typeof serve>>

/** Status of the answer to a request, or the error code if there is none. */
function statusOf(
  proxied: Proxied,
  method: string,
  body: (send: ReturnType<typeof request>) => void,
) {
  return new Promise<string>((resolve) => {
    const headers = method === 'GET' ? { Authorization: 'jane' } : {}
    const sending = request({ ...proxied, method, headers })
    sending.on('response', (answer) => {
      resolve(String(answer.statusCode))
      answer.resume()
    })
    sending.on('error', (error) => resolve(error.message))
    body(sending)
  })
}

const tally = (statuses: readonly string[]) =>
  Object.fromEntries(
    [...new Set(statuses)].map((each) => [each, statuses.filter((one) => one === each).length]),
  )

/** Sends POSTs without a session, six at a time, and then ten requests with one. */
async function flood(
  proxied: Proxied,
  body: (send: ReturnType<typeof request>) => void,
  waves = 1,
) {
  const refused: string[] = []
  for (let wave = 0; wave < waves; wave++) {
    const posts = Array.from({ length: 6 }, () => statusOf(proxied, 'POST', body))
    refused.push(...(await Promise.all(posts)))
  }
  const gets = Array.from({ length: 10 }, () => statusOf(proxied, 'GET', (send) => send.end()))
  return { refused: tally(refused), after: tally(await Promise.all(gets)) }
}

const ofBytes = (size: number) => (send: ReturnType<typeof request>) => {
  send.setHeader('Content-Length', size)
  send.end(Buffer.alloc(size))
}

const allFrameworks = Object.keys(frameworks) as Framework[]
const everyWay = (Object.keys(proxies) as (keyof typeof proxies)[]).flatMap((how) =>
  allFrameworks.map((framework) => [how, framework] as const),
)

describe.skipIf(lacks('nginx'))(
  'behind nginx, requests with bodies and no session get 401, and other requests succeed',
  () => {
    test.each(everyWay)('with %s, on %s, for bodies of any size', async (how, framework) => {
      const proxied = await serve(framework, how)
      for (const [size, waves] of [
        [1000, 1],
        [200_000, 5],
        [3_000_000, 1],
      ] as const) {
        const { refused, after } = await flood(proxied, ofBytes(size), waves)
        const expected = { size, refused: { 401: 6 * waves }, after: { 200: 10 } }
        expect({ size, refused, after }).toEqual(expected)
      }
    })

    test.each(everyWay)('with %s, on %s, for bodies that are cut off', async (how, framework) => {
      const proxied = await serve(framework, how, 'off')
      const { after } = await flood(proxied, (send) => {
        send.setHeader('Content-Length', 200_000)
        send.write(Buffer.alloc(100_000), () => send.destroy())
      })
      expect(after).toEqual({ 200: 10 })
    })

    test.each(allFrameworks)(
      'with keep-alive, on %s, for bodies that never end',
      async (framework) => {
        const proxied = await serve(framework, 'keep-alive', 'off')
        const { refused, after } = await flood(proxied, (send) => {
          const more = () => {
            if (!send.destroyed) send.write(Buffer.alloc(16_384), () => setImmediate(more))
          }
          send.on('response', () => send.destroy())
          more()
        })
        expect({ refused, after }).toEqual({ refused: { 401: 6 }, after: { 200: 10 } })
      },
    )
  },
)
