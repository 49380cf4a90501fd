import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChatAuthError, toChatAuthError } from '../../../src/core/errors.js'
import { fuzzParameters } from '../../support/fuzzParameters.js'
import { canary, mint } from '../../support/world.js'

/** `FC_RUNS=100000 npx vitest run --project core test/core/tools/redactCause.fuzz` searches further. */
const parameters = fuzzParameters(400)

const token = mint({ user_id: 'jane' })
const base64 = token.replaceAll('-', '+').replaceAll('_', '/')

const percent = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '%$&')

/** Token as it appears in texts. */
const texts = fc.constantFrom(
  token,
  `Bearer ${token}`,
  `wss://chat/connect?authorization=${encodeURIComponent(token)}&x=1`,
  encodeURIComponent(`https://chat/?a=${base64}`).replaceAll('.', '%2E'),
  percent(token),
  Buffer.from(`jane:${token}`).toString('base64'),
  JSON.stringify({ headers: { Authorization: base64 } }),
  token.slice(5),
  token.slice(0, -3),
)

class Secret {
  shown: unknown
  readonly #hidden: unknown
  constructor(value: unknown) {
    this.shown = value
    this.#hidden = value
  }
  get computed() {
    return this.#hidden
  }
}

const hostile = new Proxy(Object.create(null) as object, {
  get: () => token,
  has: () => true,
  ownKeys: () => [token, 'a', 'a'],
})

/** Wrappers that put a value or a text into any kind of container. */
type Shape = (value: unknown, text: string) => unknown
const shapes: Record<string, Shape> = {
  object: (value, text) => ({ [text]: value, value }),
  list: (value, text) => [value, text],
  'list with a field': (value) => Object.assign([1], { value }),
  symbol: (value, text) => ({ [Symbol(text)]: value }),
  hidden: (value) => Object.defineProperty({}, 'hidden', { value }),
  getter: (value) => Object.defineProperty({}, 'a', { get: () => value, enumerable: true }),
  inherited: (value) => Object.create({ value }) as unknown,
  'null prototype': (value) => Object.assign(Object.create(null) as object, { value }),
  prototype: (value) => ({ ['__proto__']: value, constructor: value, toString: value }),
  'custom inspection': (value, text) => ({ [inspect.custom]: () => text, toJSON: () => value }),
  instance: (value) => new Secret(value),
  error: (value, text) => Object.assign(new TypeError(text), { value }),
  'error with a name': (_, text) => Object.assign(new Error('x'), { name: text, stack: text }),
  cause: (value) => new Error('x', { cause: value }),
  aggregate: (value, text) => new AggregateError([value], text),
  'error of a class': (value) => Object.assign(new (class extends Error {})('x'), { value }),
  'error with getters': (value, text) =>
    Object.defineProperties(new Error('x'), {
      value: { get: () => value, enumerable: true },
      message: { get: () => text },
      stack: { get: () => text },
    }),
  'error of ours': (value, text) =>
    Object.assign(new ChatAuthError('server-error', { message: text, cause: value }), { value }),
  'error that says it is ours': (value, text) =>
    Object.assign(new Error(text), { name: 'ChatAuthError', code: text, remedy: value }),
  'foreign error': (value, text) =>
    runInNewContext('Object.assign(new Error(text), { value })', { value, text }) as unknown,
  exception: (_, text) => new DOMException(text, text),
  proxy: (value) => new Proxy({ value }, {}),
  'hostile proxy': () => hostile,
  'proxy of an error': (value, text) => new Proxy(Object.assign(new Error(text), { value }), {}),
  map: (value, text) => new Map([[text, value]]),
  set: (value, text) => new Set([text, value]),
  weak: (value) => new WeakMap([[{}, value]]),
  promise: (value) => Promise.resolve(value),
  generator: (value) =>
    (function* () {
      yield value
    })(),
  function: (value, text) => Object.assign(() => text, { value }),
  arguments: (...values) => {
    const give: (...args: unknown[]) => unknown = function () {
      // oxlint-disable-next-line prefer-rest-params -- the very object is meant
      return arguments
    }
    return give(...values)
  },
  boxed: (_, text) => Object(text) as unknown,
  'boxed symbol': (_, text) => Object(Symbol(text)) as unknown,
  expression: (_, text) => new RegExp(text.replace(/[^\w.%]/g, '')),
  bytes: (_, text) => Buffer.from(text),
  'typed array': (_, text) => new TextEncoder().encode(text),
  buffer: (_, text) => new TextEncoder().encode(text).buffer,
  request: (_, text) => new Request('https://chat/', { headers: { Authorization: text } }),
  response: (_, text) => new Response(text, { headers: { 'X-Token': text } }),
  headers: (_, text) => new Headers({ Authorization: text }),
  url: (_, text) => new URL(`https://chat/?a=${text}#${text}`),
  'search parameters': (_, text) => new URLSearchParams({ text }),
  form: (_, text) => {
    const form = new FormData()
    form.set('text', text)
    return form
  },
  blob: (_, text) => new Blob([text]),
  'aborted signal': (value) => AbortSignal.abort(value),
  event: (value) => new MessageEvent('message', { data: value }),
  circle: (value) => {
    const circle: Record<string, unknown> = { value }
    circle['self'] = circle
    return circle
  },
}

const causes: fc.Arbitrary<unknown> = fc
  .tuple(fc.array(fc.constantFrom(...Object.values(shapes)), { minLength: 1, maxLength: 4 }), texts)
  .map(([around, text]) => around.reduce<unknown>((value, shape) => shape(value, text), text))

/** Collects all texts that can be reached from a value, by every means. */
function shown(value: unknown): string {
  const seen = new Set<unknown>()
  const found: string[] = []
  const visit = (item: unknown): void => {
    if (typeof item === 'symbol') found.push(String(item))
    if (typeof item === 'string') found.push(item)
    if (typeof item !== 'object' && typeof item !== 'function') return
    if (item === null || seen.has(item)) return
    seen.add(item)
    // oxlint-disable-next-line typescript/no-base-to-string -- what an object says of itself is looked at
    found.push(String(item))
    for (const key of Reflect.ownKeys(item)) {
      visit(key)
      visit(Reflect.get(item, key))
    }
  }
  visit(value)
  found.push(inspect(value, { showHidden: true, depth: Infinity, getters: true }))
  found.push(JSON.stringify(value))
  return found.join('\n')
}

/** Checks that no part of the signature appears, plain or encoded. */
const secrets = [
  'CANARY',
  percent('CANARY'),
  Buffer.from(canary).toString('base64').slice(4, 12),
  Buffer.from(` ${canary}`).toString('base64').slice(4, 12),
  Buffer.from(`  ${canary}`).toString('base64').slice(4, 12),
]

function secretsIn(error: ChatAuthError): string[] {
  const text = shown(error)
  return secrets.filter((secret) => text.includes(secret))
}

test('a cause of any shape around a token shows none of it, as the cause of any error', () => {
  fc.assert(
    fc.property(causes, (cause) => {
      expect(secretsIn(new ChatAuthError('token-provider-failed', { cause }))).toEqual([])
      expect(secretsIn(toChatAuthError(cause, 'connection-failed'))).toEqual([])
    }),
    parameters,
  )
})

test.each(Object.entries(shapes))('%s around a token shows none of it', (_, shape) => {
  for (const text of fc.sample(texts, 20)) {
    expect(secretsIn(toChatAuthError(shape(text, text), 'connection-failed'))).toEqual([])
  }
})
