import type { ContractPaths } from './contractHost.js'
import { expect } from './expect.js'
import { later, type Contract, type SetUp, type Stage } from './stage.js'
import type { BodySample } from './bodySample.js'
import type { SeenRequest } from './seenRequest.js'

const jane = { id: 'jane', name: 'Jane' }
const bytes = (text: string) => new TextEncoder().encode(text)
const post = (body: RequestInit['body']) => ({ method: 'POST', body }) as RequestInit

async function connected(setUp: SetUp) {
  const stage = await setUp()
  // The request is the first to learn that the token is dead.
  stage.backend.socketExpiry = 'silent'
  await stage.settle(stage.auth.connectUser(jane))
  return stage
}

export function testBodies({ test, paths, bodies }: Contract): void {
  test.each<BodySample>([
    ['a string', () => '{"text":"häl🙂"}', /^\{"text":"häl🙂"\}$/],
    ['an ArrayBuffer', () => bytes('buffered').buffer, /^buffered$/],
    ['a typed array', () => bytes('-viewed-').subarray(1, 7), /^viewed$/],
    ['a Blob', () => new Blob(['blob', 'bed']), /^blobbed$/],
    ['URLSearchParams', () => new URLSearchParams({ a: '1 2', b: 'ü' }), /^a=1\+2&b=%C3%BC$/],
    ['a stream', () => new Blob(['str', 'eamed']).stream(), /^streamed$/],
    ['an async generator', generated, /^generated$/],
    ['an object that is text', () => ({ toString: () => 'said' }) as unknown as BodyInit, /^said$/],
    ['FormData', formData, /name="note"\r\n\r\nhello\r\n[^]*filename="a.txt"[^]*\r\n\r\nfile\r\n/],
    ...bodies,
  ])('with %s for a body are replayed with all of it', async (setUp, _, makeBody, expected) => {
    const { auth, backend, tap, settle, until } = await connected(setUp)
    await backend.revokeTokens('jane')
    const release = tap.holdAnswers(paths.items)
    const body = makeBody()
    const answer = auth.fetch(paths.items, post(body))
    await until(() => tap.requests.length === 1)
    // What the caller does to it now is none of the replay's business.
    if (body instanceof ArrayBuffer) new Uint8Array(body).fill(0)
    if (body instanceof Uint8Array) body.fill(0)
    if (body instanceof URLSearchParams || body instanceof FormData) body.append('late', '1')
    release()
    await settle(answer)
    await until(() => tap.socketTokens.length === 2)

    expect(tap.requests.map(({ token }) => token)).toEqual(tap.socketTokens.slice(0, 2))
    for (const sent of tap.requests) expect(new TextDecoder().decode(sent.body)).toMatch(expected)
    const text = new TextDecoder().decode(tap.requests[1]?.body)
    expect(text).not.toContain('late')
    expect(tap.requests[0]?.requestId).toBe(tap.requests[1]?.requestId)
  })

  test('with a stream too large to keep are refused, with nothing sent', async (setUp) => {
    const { auth, backend, failure } = await connected(setUp)
    const megabyte = new Uint8Array(1_048_576)
    const body = new Blob([megabyte, 'one byte more']).stream()
    expect(await failure(auth.fetch(paths.items, post(body)))).toMatchObject({
      code: 'body-not-replayable',
    })
    expect(backend.counters.requests).toBe(0)
    expect(auth.getState().status).toBe('connected')
  })

  test.each<[string, (stage: Stage, controller: AbortController) => void, string]>([
    ['aborted', (_, controller) => controller.abort(new Error('enough')), 'enough'],
    ['the session ends', ({ auth }) => void auth.disconnectUser(), 'session ended'],
  ])('with a stream that never ends settle when %s', async (setUp, _, end, message) => {
    const stage = await connected(setUp)
    const controller = new AbortController()
    let isCancelled = false
    const cancel = () => void (isCancelled = true)
    let read = () => {}
    const isRead = new Promise<void>((resolve) => (read = resolve))
    const body = new ReadableStream({ pull: () => read(), cancel }, { highWaterMark: 0 })
    const init = { ...post(body), signal: controller.signal }
    const asked = later(stage.auth.fetch(paths.items, init))
    await isRead
    end(stage, controller)
    expect((await stage.failure(asked)).message).toContain(message)
    expect(isCancelled).toBe(true)
    expect(stage.backend.counters.requests).toBe(0)
  })

  test('aborted before their stream is read leave it unread', async (setUp) => {
    const stage = await connected(setUp)
    const asked = stage.auth.fetch(paths.items, {
      ...post(new ReadableStream()),
      signal: AbortSignal.abort(new Error('too late')),
    })
    expect((await stage.failure(asked)).message).toBe('too late')
    expect(stage.backend.counters.requests).toBe(0)
  })

  test('made before there is a guest go out as they were when they were asked for', async (setUp) => {
    const { auth, tap, settle, baseUrl } = await setUp()
    const release = tap.holdAnswers(paths.guests)
    const connecting = auth.setGuestUser({ id: 'visitor' })
    const request = changeable(baseUrl, paths)
    const asked = auth.fetch(request.address, request.init)
    request.change()
    release()
    await settle(Promise.all([connecting, asked]))
    expect(seen(tap.requests.at(-1))).toEqual(asItWas(paths))
  })

  test('held go out as they were when they were asked for', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, backend, tap, settle, until, events } = stage
    backend.tokenEndpoint.fault = 'hang'
    await backend.revokeTokens('jane')
    const first = auth.fetch(paths.own)
    await until(() => events.some(({ type }) => type === 'request-held'))
    const request = changeable(stage.baseUrl, paths)
    const asked = auth.fetch(request.address, request.init)
    request.change()
    backend.tokenEndpoint.fault = null
    await settle(Promise.all([first, asked]))
    expect(seen(tap.requests.at(-1))).toEqual(asItWas(paths))
  })

  test('of a caller who reuses one `init` go out each with its own method', async (setUp) => {
    const { auth, tap, settle } = await connected(setUp)
    const init: RequestInit = { method: 'POST', body: '1' }
    const first = auth.fetch(paths.items, init)
    init.method = 'DELETE'
    init.body = null
    await settle(Promise.all([first, auth.fetch(paths.items, init)]))
    const sent = tap.requests.map(({ method, body }) => `${method} ${body.byteLength}`)
    expect(sent.toSorted()).toEqual(['DELETE 0', 'POST 1'])
  })

  test('of a Request are sent, if both its address and itself are passed', async (setUp) => {
    const { auth, tap, settle, baseUrl } = await connected(setUp)
    const request = new Request(new URL(paths.items, baseUrl), {
      method: 'PUT',
      headers: { 'x-own': '1' },
      body: 'of a request',
    })
    await settle(auth.fetch(request.url, request))
    const [sent] = tap.requests
    expect(sent?.method).toBe('PUT')
    expect(sent?.headers.get('x-own')).toBe('1')
    expect(new TextDecoder().decode(sent?.body)).toBe('of a request')
    const alone = auth.fetch(request as unknown as URL)
    expect(await alone.catch((error: unknown) => error instanceof TypeError)).toBe(true)
    expect(tap.requests).toHaveLength(1)
  })
}

/** A request of which everything can be changed once it was asked for. */
function changeable(baseUrl: string, { items }: ContractPaths) {
  const address = new URL(`${items}?a=1`, baseUrl)
  const headers = new Headers({ 'x-own': 'then' })
  const body = new URLSearchParams({ b: '1' })
  const init: RequestInit = { method: 'POST', headers, body }
  return {
    address,
    init,
    change() {
      address.search = '?a=2'
      headers.set('x-own', 'later')
      body.set('b', '2')
      Object.assign(init, { method: 'DELETE', headers: {}, body: null })
    },
  }
}

/** What `changeable` asks for, as it comes over the line. */
const asItWas = ({ items }: ContractPaths) => ({
  method: 'POST',
  path: `${items}?a=1`,
  own: 'then',
  type: 'application/x-www-form-urlencoded;charset=UTF-8',
  text: 'b=1',
})

function seen(sent: SeenRequest | undefined) {
  return {
    method: sent?.method,
    path: sent?.path,
    own: sent?.headers.get('x-own'),
    type: sent?.headers.get('content-type'),
    text: new TextDecoder().decode(sent?.body),
  }
}

function generated(): BodyInit {
  async function* generate() {
    yield bytes('gene')
    yield bytes('rated')
  }
  return generate() as unknown as BodyInit
}

function formData(): FormData {
  const form = new FormData()
  form.append('note', 'hello')
  form.append('file', new File(['file'], 'a.txt', { type: 'text/plain' }))
  return form
}
