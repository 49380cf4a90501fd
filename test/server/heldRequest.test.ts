import express from 'express'
import { describe, expect, test } from 'vitest'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import type { TokenHandlerOptions } from '../../src/server/tokenHandlerOptions.js'
import { listen } from '../support/listen.js'

const secret = 'the-secret-of-an-app-that-does-not-exist'
const url = 'https://app.test/chat/token'
const body = '{"user_id":"jane","password":"open sesame"}'
const json = { 'Content-Type': 'application/json' }

const readsAll: TokenHandlerOptions = {
  secret,
  authenticate: async (request) => ((await request.text()) === body ? 'jane' : null),
  rateLimit: async (_, request) => ((await request.json()) ? 0 : 1),
  revokedBefore: async (_, request) => ((await request.arrayBuffer()) ? null : new Date()),
  claims: async (_, request) => ({ bytes: (await request.blob()).size }),
}

const ask = (options: TokenHandlerOptions, request = new Request(url, { method: 'POST', body })) =>
  createTokenHandler(options)(request)

describe('every hook may read the whole body of the request', () => {
  test('and the user ids in it are still compared', async () => {
    expect((await ask(readsAll)).status).toBe(200)
    const answer = await ask({ ...readsAll, authenticate: async (r) => (await r.text()) && 'bob' })
    expect(answer.status).toBe(403)
  })

  test('on Node’s http', async () => {
    const served = await listen(toNodeHandler(createTokenHandler(readsAll)))
    expect((await fetch(served, { method: 'POST', body, headers: json })).status).toBe(200)
  })

  test('on Express, before and after its parser', async () => {
    const handler = toNodeHandler(createTokenHandler(readsAll))
    const app = express().post('/raw', handler).use(express.json()).post('/parsed', handler)
    const served = await listen(app as never)
    for (const path of ['/raw', '/parsed']) {
      const answer = await fetch(served + path, { method: 'POST', body, headers: json })
      expect(answer.status).toBe(200)
    }
  })

  test('as a stream, and may cancel it', async () => {
    const authenticate = async (request: Request) => {
      await request.body?.getReader().cancel()
      return 'jane'
    }
    expect((await ask({ ...readsAll, authenticate })).status).toBe(200)
  })
})

describe('the request that a hook receives', () => {
  test('has the method, address and headers of the request', async () => {
    let seen: unknown
    const authenticate = ({ method, url: address, headers }: Request) => {
      seen = [method, address, headers.get('Cookie')]
      return 'jane'
    }
    const request = new Request(url, { method: 'POST', body, headers: { Cookie: 'a=b' } })
    await ask({ secret, authenticate }, request)
    expect(seen).toEqual(['POST', url, 'a=b'])
  })

  test('has the framework’s own class', async () => {
    class FrameworkRequest extends Request {
      get session() {
        return 'jane'
      }
    }
    const authenticate = (request: Request) => (request as FrameworkRequest).session
    const request = new FrameworkRequest(url, { method: 'POST', body })
    expect((await ask({ secret, authenticate }, request)).status).toBe(200)
  })

  test('is a plain Request if that class has another constructor', async () => {
    class OddRequest extends Request {
      constructor(readonly source: { address: string }) {
        super(source.address, { method: 'POST', body })
      }
    }
    expect((await ask(readsAll, new OddRequest({ address: url }))).status).toBe(200)
  })

  test.each(['GET', 'POST'])(
    'has the properties that a framework added, with %s',
    async (method) => {
      const request = Object.assign(new Request(url, { method }), {
        auth: { user: { id: 'jane' } },
      })
      const authenticate = (given: Request) => (given as typeof request).auth.user.id
      expect((await ask({ secret, authenticate }, request)).status).toBe(200)
    },
  )
})

describe('a body above 64 KB', () => {
  const large = () => new Request(url, { method: 'POST', body: 'x'.repeat(65_537) })

  test('is a 401 without a session and a 413 with one', async () => {
    expect((await ask({ secret, authenticate: () => null }, large())).status).toBe(401)
    expect((await ask({ secret, authenticate: () => 'jane' }, large())).status).toBe(413)
  })

  test('is a 413 if authenticate reads it', async () => {
    const authenticate = async (request: Request) => (await request.text()) && 'jane'
    expect((await ask({ secret, authenticate }, large())).status).toBe(413)
  })

  test('is not read to its end', async () => {
    let sent = 0
    let isCancelled = false
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(4096).fill((sent += 1))),
      cancel: () => void (isCancelled = true),
    })
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit
    const answer = await ask({ secret, authenticate: () => 'jane' }, new Request(url, init))
    expect([answer.status, isCancelled]).toEqual([413, true])
    expect(sent).toBeLessThanOrEqual(20)
  })
})

test.each([
  ['was read before', false],
  ['somebody else is reading', true],
])('a body that %s is a 500, whose reason says what to pass', async (_, lockedOnly) => {
  const request = new Request(url, { method: 'POST', body })
  const reader = lockedOnly ? request.body?.getReader() : await request.text()
  expect(reader).toBeTruthy()
  const told: unknown[] = []
  const answer = await ask(
    { secret, authenticate: () => 'jane', onError: (error) => told.push(error) },
    request,
  )
  expect(answer.status).toBe(500)
  expect(told).toEqual([expect.any(TypeError)])
  expect(String(told[0])).toContain('request.clone()')
})
