import type { IncomingMessage, RequestListener } from 'node:http'
import type { RequestHandler } from 'express'
import type { RouteHandlerMethod } from 'fastify'
import { describe, expectTypeOf, test } from 'vitest'
import {
  createTokenHandler,
  toNodeHandler,
  type TokenHandler,
  type TokenHandlerOptions,
} from '../../src/server.js'

// What is checked here is checked by `npm run typecheck`; run, these tests are next to empty.

const secret = 'the-secret-of-an-app-that-does-not-exist'
const plain = createTokenHandler({ secret, authenticate: () => 'jane' })

/** As Next.js checks the functions that a route exports. */
type NextRoute = (
  request: Request & { nextUrl: URL; cookies: object },
  context: { params: Promise<Record<string, string>> },
) => Promise<Response>

describe('a token handler', () => {
  test('is a route of Next.js, and what Deno, Bun and workers serve', () => {
    expectTypeOf(plain).toExtend<NextRoute>()
    expectTypeOf(plain).toExtend<(request: Request) => Promise<Response>>()
    expectTypeOf(plain).toExtend<(request: Request, env: { KEY: string }) => Promise<Response>>()
  })

  test('must be called with what its authenticate wants', () => {
    const handler = createTokenHandler({
      secret,
      authenticate: (_, { user }: { user: string }) => user,
    })
    expectTypeOf(handler).toEqualTypeOf<TokenHandler<{ user: string }>>()
    expectTypeOf(handler).parameters.toEqualTypeOf<[request: Request, context: { user: string }]>()
    expectTypeOf(plain).parameters.toEqualTypeOf<[request: Request, context?: unknown]>()
  })

  test('says to its secret what it is called with', () => {
    const handler = createTokenHandler<{ KEY: string }>({
      secret: ({ KEY }) => KEY,
      authenticate: (_, env) => (env.KEY ? 'jane' : null),
    })
    expectTypeOf(handler).toEqualTypeOf<TokenHandler<{ KEY: string }>>()
  })

  test('takes no token for a user, and no user without an id', () => {
    type Answer = Awaited<ReturnType<TokenHandlerOptions['authenticate']>>
    expectTypeOf<{ userId: string; signedInAt: Date }>().toExtend<Answer>()
    expectTypeOf<null>().toExtend<Answer>()
    expectTypeOf<{ id: string }>().not.toExtend<Answer>()
    expectTypeOf<number>().not.toExtend<Answer>()
  })
})

describe('as a handler of Node', () => {
  test('it fits http, Express and Fastify', () => {
    const handler = toNodeHandler(plain)
    expectTypeOf(handler).toExtend<RequestListener>()
    expectTypeOf(handler).toExtend<RequestHandler>()
    expectTypeOf(handler).toExtend<RouteHandlerMethod>()
  })

  test('it asks for the framework’s request that authenticate reads', () => {
    type WithSession = IncomingMessage & { session: { userId?: string } }
    const handler = toNodeHandler(
      createTokenHandler({
        secret,
        authenticate: (_, { session }: WithSession) => session.userId,
      }),
    )
    expectTypeOf(handler).parameter(0).toEqualTypeOf<WithSession>()
    expectTypeOf(handler).not.toExtend<RequestListener>()
  })
})
