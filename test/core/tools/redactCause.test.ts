import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../../src/core/errors.js'
import { devToken } from '../../../src/core/token/token.js'
import { redactCause } from '../../../src/core/tools/redactCause.js'
import { rejection } from '../../support/promises.js'
import { canary, createWorld, mint } from '../../support/world.js'

const token = mint({ user_id: 'jane' })
const show = (value: unknown) => inspect(value, { depth: Infinity, showHidden: true })

/** Errors of classes of the platform and of the app. */
class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(readonly code: string) {
    super(`answered ${code}`)
  }
  get secret() {
    return token
  }
}

describe('redactCause', () => {
  it.each([
    'a string',
    null,
    undefined,
    7,
    NaN,
    true,
    { code: 'E_DOWN', nested: { list: [1, 'two', null, undefined, { three: 3 }] } },
    Object.assign(new Error('axios'), { response: { status: 500, config: { headers: { a: 1 } } } }),
    new Error('version 1.2.3 of hey.there.you'),
  ])('keeps all of %s', (cause) => {
    expect(redactCause(cause)).toEqual(cause)
  })

  it('keeps an error’s name, message, stack and own plain fields', () => {
    const original = Object.assign(new TypeError('down', { cause: new ApiError('E_DB') }), {
      status: 503,
      response: { data: { reason: 'maintenance' } },
    })
    const safe = redactCause(original) as Error & { cause: Error }
    expect(safe).toBeInstanceOf(Error)
    expect(safe).not.toBe(original)
    expect(safe).toMatchObject({
      name: 'TypeError',
      message: 'down',
      stack: original.stack,
      status: 503,
      response: { data: { reason: 'maintenance' } },
    })
    expect(safe.cause).toMatchObject({ name: 'ApiError', message: 'answered E_DB', code: 'E_DB' })
    expect(Object.keys(safe)).toEqual(['status', 'response'])
    expect(String(safe)).toBe('TypeError: down')
  })

  it('takes the token out of a message and a stack, and keeps the rest of both', () => {
    const cause = new TypeError(`GET /connect?authorization=${token}&x=1 failed, ${token}`)
    const safe = redactCause(cause) as Error
    expect(safe.name).toBe('TypeError')
    expect(safe.message).toBe('GET /connect?authorization=<token>&x=1 failed, <token>')
    expect(safe.stack).toContain('<token>')
    expect(safe.stack).toContain('redactCause.test')
    expect(safe.stack).not.toContain('src/core')
    expect(show(safe)).not.toContain(canary)
  })

  it('keeps the status beside headers that hold a token', () => {
    const config = { url: '/me', headers: { Authorization: token, [token]: 'x' } }
    const safe = redactCause(Object.assign(new Error('401'), { status: 401, config }))
    expect(safe).toMatchObject({
      status: 401,
      config: { url: '/me', headers: { Authorization: '<token>', '<token>': 'x' } },
    })
  })

  it('redacts thrown strings and objects', () => {
    expect(redactCause(`bad ${token}`)).toBe('bad <token>')
    expect(redactCause({ token, list: [token] })).toEqual({ token: '<token>', list: ['<token>'] })
    expect(redactCause(devToken('jane'))).toBe('<token>')
  })

  it.each([
    ['[Request]', new Request('https://chat/', { headers: { Authorization: token } })],
    ['[Response]', new Response(token)],
    ['[Headers]', new Headers({ Authorization: token })],
    ['[URL]', new URL(`https://chat/?a=${token}`)],
    ['[URLSearchParams]', new URLSearchParams({ token })],
    ['[FormData]', new FormData()],
    ['[Blob]', new Blob([token])],
    ['[Map]', new Map([[token, token]])],
    ['[Set]', new Set([token])],
    ['[WeakMap]', new WeakMap([[{}, token]])],
    ['[Promise]', Promise.resolve(token)],
    ['[Buffer]', Buffer.from(token)],
    ['[Uint8Array]', new TextEncoder().encode(token)],
    ['[ArrayBuffer]', new TextEncoder().encode(token).buffer],
    ['[DataView]', new DataView(new ArrayBuffer(8))],
    ['[String]', Object(token)],
    ['[Date]', new Date(0)],
    ['[RegExp]', new RegExp(token)],
    [
      '[Secret]',
      new (class Secret {
        value = token
      })(),
    ],
    ['[function]', Object.assign(() => token, { token })],
    [
      '[function]',
      class Secret {
        static token = token
      },
    ],
    ['[symbol]', Symbol(token)],
    ['[bigint]', 7n],
    ['[object]', Object.create({ constructor: { name: 'Fake' } })],
    [
      '[object]',
      Object.create(Object.defineProperty(class {}, 'name', { value: token }).prototype),
    ],
    [
      '[object]',
      Object.create(Object.defineProperty(class {}, 'name', { get: () => 'x' }).prototype),
    ],
  ])('replaces %s by its class name', (name, value: unknown) => {
    expect(redactCause(value)).toBe(name)
    expect(redactCause([value])).toEqual([name])
  })

  it('replaces a revoked proxy by a class name', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(redactCause({ proxy, beside: 1 })).toEqual({ proxy: '[object]', beside: 1 })
  })

  it('calls no getter, and marks where one is', () => {
    let calls = 0
    const get = () => String(++calls) + token
    const original = Object.defineProperties(new Error('x'), {
      cause: { get },
      shown: { get, enumerable: true },
      hidden: { get },
    })
    const list = Object.defineProperty([1, 2], 0, { get })
    const safe = redactCause(Object.assign(original, { list })) as Error
    expect(calls).toBe(0)
    expect(safe).toMatchObject({ cause: '[getter]', shown: '[getter]', list: ['[getter]', 2] })
    expect(Object.getOwnPropertyNames(safe).toSorted()).toEqual([
      'cause',
      'list',
      'message',
      'name',
      'shown',
      'stack',
    ])
  })

  it('takes no name or message from a getter of an error’s class', () => {
    class Computed extends Error {
      override get message() {
        return token
      }
      override get name() {
        return token
      }
    }
    expect(redactCause(new Computed())).toMatchObject({ name: '', message: '' })
  })

  it('reads a stack that is a getter, and survives one that throws', () => {
    const withStack = (get: () => unknown) =>
      Object.defineProperty(new Error('x'), 'stack', { get })
    expect(redactCause(withStack(() => `Error: x at ${token}`))).toHaveProperty(
      'stack',
      'Error: x at <token>',
    )
    const throwing = withStack(() => {
      throw new Error(token)
    })
    expect(redactCause(throwing)).toHaveProperty('stack', 'Error: x')
    expect(redactCause(withStack(() => 7))).toHaveProperty('stack', 'Error: x')
  })

  it('leaves out symbols and non-enumerable fields, and makes copies that can be printed', () => {
    const original = {
      [Symbol(token)]: token,
      [inspect.custom]: () => token,
      toJSON: () => token,
      toString: () => token,
      ['__proto__']: { token },
      constructor: token,
      kept: 1,
    }
    Object.defineProperty(original, 'hidden', { value: token })
    const safe = redactCause(original) as object
    expect(Reflect.ownKeys(safe)).toEqual(['toJSON', 'kept'])
    expect(Object.getPrototypeOf(safe)).toBe(Object.prototype)
    expect(JSON.stringify(safe) + show(safe)).not.toContain(canary)
  })

  it('reads a DOMException, and errors and data of another realm', () => {
    expect(redactCause(new DOMException(`aborted ${token}`, 'AbortError'))).toMatchObject({
      name: 'AbortError',
      message: 'aborted <token>',
    })
    const make = '({ error: Object.assign(new RangeError(text), { data: { list: [text] } }) })'
    const foreign = runInNewContext(make, { text: token }) as unknown
    expect(redactCause(foreign)).toMatchObject({
      error: { name: 'RangeError', message: '<token>', data: { list: ['<token>'] } },
    })
    expect(
      redactCause(runInNewContext('Object.create(null, { a: { value: 1, enumerable: true } })')),
    ).toEqual({ a: 1 })
  })

  it('takes a value for an error that inherits from Error in sixteen steps at most', () => {
    const inheriting = (steps: number): object =>
      steps === 0 ? Error.prototype : (Object.create(inheriting(steps - 1)) as object)
    expect(redactCause(inheriting(16))).toMatchObject({ name: 'Error', stack: 'Error: ' })
    expect(redactCause(inheriting(17))).toBe('[object]')
    for (const like of [{ name: 'Error' }, { message: '' }, { name: 'Error', message: 'x' }]) {
      expect(redactCause(Object.create(like))).toBe('[object]')
    }
  })

  it('ends at an endless chain of prototypes', () => {
    let looks = 0
    const endless = (): object =>
      new Proxy({}, { getPrototypeOf: () => (++looks > 1000 ? null : endless()) })
    expect(redactCause(endless())).toBe('[object]')
    expect(looks).toBeLessThan(100)
  })

  it('makes copies that can be changed, as the original could', () => {
    const safe = redactCause(Object.assign(new Error('x'), { status: 503 })) as Error
    expect(Object.getOwnPropertyDescriptors(safe)).toMatchObject({
      status: { writable: true, configurable: true, enumerable: true },
      stack: { writable: true, configurable: true, enumerable: false },
    })
  })

  it('keeps the errors of an AggregateError', () => {
    const original = new AggregateError([new TypeError('one'), token], 'all failed')
    const safe = redactCause(original) as AggregateError
    expect(safe.message).toBe('all failed')
    expect(safe.errors).toMatchObject([{ name: 'TypeError', message: 'one' }, '<token>'])
  })
})

describe('redactCause within its bounds', () => {
  it('marks an object that it has copied before, in a circle or beside it', () => {
    const error: Error & { self?: unknown; data?: unknown } = new Error('x')
    const shared = { a: 1 }
    Object.assign(error, { self: error, cause: error, data: [shared, shared] })
    expect(redactCause(error)).toMatchObject({
      self: '[repeated]',
      cause: '[repeated]',
      data: [{ a: 1 }, '[repeated]'],
    })
  })

  it('copies five levels', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'end' : { in: nested(depth - 1) })
    expect(redactCause(nested(5))).toEqual(nested(5))
    const six = { in: { in: { in: { in: { in: '[Object]' } } } } }
    expect(redactCause(nested(6))).toEqual(six)
    expect(redactCause(nested(60))).toEqual(six)
  })

  it('keeps 50 values of a list or an object, and marks that there are more', () => {
    const fifty = Array.from({ length: 50 }, (_, i) => i)
    expect(redactCause(fifty)).toEqual(fifty)
    expect(redactCause([...fifty, 50])).toEqual([...fifty, '…'])
    const sparse: unknown[] = []
    sparse.length = 2 ** 32 - 1
    expect(redactCause(sparse)).toHaveLength(51)
    const fields = Object.fromEntries(fifty.map((i) => [String(i), i]))
    expect(redactCause(fields)).toEqual(fields)
    expect(redactCause({ ...fields, last: 1 })).toEqual({ ...fields, '…': '…' })
  })

  it('keeps 500 values in all, the upper levels first', () => {
    const wide = Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => 1))
    const safe = redactCause({ wide, status: 503, deep: { code: 'E_DOWN' } })
    expect(safe).toMatchObject({ status: 503, deep: { code: 'E_DOWN' } })
    expect(JSON.stringify(safe).split('1')).toHaveLength(500 - 3 - 50 - 1 - 1 + 1)
  })

  it('keeps 32,768 characters in all, names of fields among them', () => {
    const text = 'x '.repeat(4095)
    const safe = redactCause([text, text, text, text, text, 'short']) as string[]
    expect(safe).toEqual([text, text, text, text, '…', 'short'])
    const exact = [...Array.from({ length: 4 }, () => 'x '.repeat(4096)), 'y']
    expect(redactCause(exact)).toEqual([...exact.slice(0, 4), '…'])
    const names = Object.fromEntries(exact.map((name, i) => [name + String(i), 1]))
    expect(JSON.stringify(redactCause(names)).length).toBeLessThan(33_000)
  })

  it('ends at a proxy with endless fields', () => {
    let looks = 0
    const endless: object = new Proxy(
      {},
      {
        ownKeys: () => ['a', 'b', 'c'],
        getOwnPropertyDescriptor(_, key) {
          looks++
          if (key === 'c') throw new Error(token)
          const value = key === 'a' ? (Object.create(endless) as unknown) : token
          return { value, enumerable: true, configurable: true }
        },
        getPrototypeOf: () => Object.prototype,
      },
    )
    expect(redactCause(endless)).toEqual({ a: '[object]', b: '<token>', c: '[getter]' })
    expect(looks).toBeLessThan(50)
  })
})

describe('the cause of a ChatAuthError', () => {
  it('shows no token that the app put into what its provider throws', async () => {
    const world = createWorld({ retry: { maxAttempts: 1 } })
    const request = new Request('https://app/token', { headers: { Authorization: token } })
    const thrown = Object.assign(new Error(`could not use ${token}`), { request, status: 503 })
    world.controls.provider = () => Promise.reject(thrown)
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    const error = await failed
    expect(error).toBeInstanceOf(ChatAuthError)
    expect(error.cause).toMatchObject({
      message: 'could not use <token>',
      request: '[Request]',
      status: 503,
    })
    expect(show([error, world.state(), world.events])).not.toContain(canary)
  })

  it('is rebuilt if the provider throws a ChatAuthError with a token added to it', async () => {
    const world = createWorld()
    const thrown = Object.assign(new ChatAuthError('token-provider-failed'), { token })
    void world.auth.connectUser({ id: 'jane' })
    await world.settle()
    world.controls.provider = () => Promise.reject(thrown)
    void rejection(world.auth.refreshToken())
    await world.settle()
    // The session stays connected, and shows the failed attempt's error until the next one.
    expect(world.state()).toMatchObject({
      status: 'connected',
      token: { error: { code: 'token-provider-failed' } },
    })
    expect(show([world.state(), world.events])).not.toContain(canary)
    world.auth.dispose()
  })

  it('is present for a provider’s error that throws whenever it is inspected', async () => {
    const world = createWorld({ retry: { maxAttempts: 1 } })
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    world.controls.provider = () => Promise.reject(proxy)
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    expect(await failed).toMatchObject({ code: 'token-provider-failed', cause: '[object]' })
  })
})
