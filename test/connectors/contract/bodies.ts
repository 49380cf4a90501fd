import { Readable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { later, type Contract, type Stage } from './stage.js'
import type { SeenRequest } from './tap.js'

const jane = { id: 'jane', name: 'Jane' }
const bytes = (text: string) => new TextEncoder().encode(text)
const post = (body: RequestInit['body']) => ({ method: 'POST', body }) as RequestInit

async function connected(setUp: Contract['setUp']) {
  const stage = await setUp()
  // The request is the first to learn that the token is dead.
  stage.backend.socketExpiry = 'silent'
  await stage.settle(stage.auth.connectUser(jane))
  return stage
}

export function testBodies({ setUp }: Contract): void {
  test.each<[string, () => RequestInit['body'], RegExp]>([
    ['a string', () => '{"text":"häl🙂"}', /^\{"text":"häl🙂"\}$/],
    ['an ArrayBuffer', () => bytes('buffered').buffer, /^buffered$/],
    ['a typed array', () => bytes('-viewed-').subarray(1, 7), /^viewed$/],
    ['a Blob', () => new Blob(['blob', 'bed']), /^blobbed$/],
    ['URLSearchParams', () => new URLSearchParams({ a: '1 2', b: 'ü' }), /^a=1\+2&b=%C3%BC$/],
    ['a stream', () => new Blob(['str', 'eamed']).stream(), /^streamed$/],
    ['an async generator', generated, /^generated$/],
    ['a Node stream', () => Readable.from(['pi', 'ped']) as unknown as BodyInit, /^piped$/],
    ['bytes of another realm', () => runInNewContext('new Uint8Array([72, 105])'), /^Hi$/],
    ['a form of another realm', foreignForm, /name="note"\r\n\r\nhello\r\n/],
    ['an object that is text', () => ({ toString: () => 'said' }) as unknown as BodyInit, /^said$/],
    ['FormData', formData, /name="note"\r\n\r\nhello\r\n[^]*filename="a.txt"[^]*\r\n\r\nfile\r\n/],
  ])('with %s for a body are replayed with all of it', async (_, makeBody, expected) => {
    const { auth, backend, tap, settle, until } = await connected(setUp)
    await backend.revokeTokens('jane')
    const release = tap.holdAnswers('/channels')
    const body = makeBody()
    const answer = auth.fetch('/channels', post(body))
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

  test('with a stream too large to keep are refused, with nothing sent', async () => {
    const { auth, backend, failure } = await connected(setUp)
    const megabyte = new Uint8Array(1_048_576)
    const body = new Blob([megabyte, 'one byte more']).stream()
    expect(await failure(auth.fetch('/channels', post(body)))).toMatchObject({
      code: 'body-not-replayable',
    })
    expect(backend.counters.requests).toBe(0)
    expect(auth.getState().status).toBe('connected')
  })

  test.each<[string, (stage: Stage, controller: AbortController) => void, string]>([
    ['aborted', (_, controller) => controller.abort(new Error('enough')), 'enough'],
    ['the session ends', ({ auth }) => void auth.disconnectUser(), 'session ended'],
  ])('with a stream that never ends settle when %s', async (_, end, message) => {
    const stage = await connected(setUp)
    const controller = new AbortController()
    let isCancelled = false
    const cancel = () => void (isCancelled = true)
    let read = () => {}
    const isRead = new Promise<void>((resolve) => (read = resolve))
    const body = new ReadableStream({ pull: () => read(), cancel }, { highWaterMark: 0 })
    const init = { ...post(body), signal: controller.signal }
    const asked = later(stage.auth.fetch('/channels', init))
    await isRead
    end(stage, controller)
    expect((await stage.failure(asked)).message).toContain(message)
    expect(isCancelled).toBe(true)
    expect(stage.backend.counters.requests).toBe(0)
  })

  test('aborted before their stream is read leave it unread', async () => {
    const stage = await connected(setUp)
    const asked = stage.auth.fetch('/channels', {
      ...post(new ReadableStream()),
      signal: AbortSignal.abort(new Error('too late')),
    })
    expect((await stage.failure(asked)).message).toBe('too late')
    expect(stage.backend.counters.requests).toBe(0)
  })

  test('made before there is a guest go out as they were when they were asked for', async () => {
    const { auth, tap, settle, target } = await setUp()
    const release = tap.holdAnswers('/guest')
    const connecting = auth.setGuestUser({ id: 'visitor' })
    const request = changeable(target.baseUrl)
    const asked = auth.fetch(request.address, request.init)
    request.change()
    release()
    await settle(Promise.all([connecting, asked]))
    expect(seen(tap.requests.at(-1))).toEqual(asItWas)
  })

  test('held go out as they were when they were asked for', async () => {
    const stage = await connected(setUp)
    const { auth, backend, tap, settle, until, events } = stage
    backend.tokenEndpoint.fault = 'hang'
    await backend.revokeTokens('jane')
    const first = auth.fetch('/me')
    await until(() => events.some(({ type }) => type === 'request-held'))
    const request = changeable(stage.target.baseUrl)
    const asked = auth.fetch(request.address, request.init)
    request.change()
    backend.tokenEndpoint.fault = null
    await settle(Promise.all([first, asked]))
    expect(seen(tap.requests.at(-1))).toEqual(asItWas)
  })

  test('of a caller who reuses one `init` go out each with its own method', async () => {
    const { auth, tap, settle } = await connected(setUp)
    const init: RequestInit = { method: 'POST', body: '1' }
    const first = auth.fetch('/channels', init)
    init.method = 'DELETE'
    init.body = null
    await settle(Promise.all([first, auth.fetch('/channels', init)]))
    const sent = tap.requests.map(({ method, body }) => `${method} ${body.byteLength}`)
    expect(sent.toSorted()).toEqual(['DELETE 0', 'POST 1'])
  })

  test('of a Request are sent, if both its address and itself are passed', async () => {
    const { auth, tap, settle, target } = await connected(setUp)
    const request = new Request(new URL('/channels', target.baseUrl), {
      method: 'PUT',
      headers: { 'x-own': '1' },
      body: 'of a request',
    })
    await settle(auth.fetch(request.url, request))
    const [sent] = tap.requests
    expect(sent?.method).toBe('PUT')
    expect(sent?.headers.get('x-own')).toBe('1')
    expect(new TextDecoder().decode(sent?.body)).toBe('of a request')
    await expect(auth.fetch(request as unknown as URL)).rejects.toThrow(TypeError)
    expect(tap.requests).toHaveLength(1)
  })
}

/** A request of which everything can be changed once it was asked for. */
function changeable(baseUrl: string) {
  const address = new URL('/channels?a=1', baseUrl)
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
const asItWas = {
  method: 'POST',
  path: '/channels?a=1',
  own: 'then',
  type: 'application/x-www-form-urlencoded;charset=UTF-8',
  text: 'b=1',
}

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

function foreignForm(): FormData {
  const form = new new JSDOM('').window.FormData()
  form.append('note', 'hello')
  return form
}

function formData(): FormData {
  const form = new FormData()
  form.append('note', 'hello')
  form.append('file', new File(['file'], 'a.txt', { type: 'text/plain' }))
  return form
}
