import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { JSDOM } from 'jsdom'
import { describe, expect, test } from 'vitest'
import { replayableBody } from '../../../src/connectors/protocol/replayableBody.js'
import { takeBody } from '../../../src/connectors/protocol/takeBody.js'

const bytes = (text: string) => new TextEncoder().encode(text)
/** Returns the text that is sent for a taken body. */
const sent = async (body: unknown) =>
  new Response((await replayableBody(takeBody(body)?.body, 1000)) as BodyInit).text()
const elsewhere = (code: string) => runInNewContext(code) as never
const page = new JSDOM('').window

test.each([undefined, null])('%s is taken as no body', (body) => {
  expect(takeBody(body)).toEqual({ body: null, contentType: null })
})

test.each([
  [{ a: 1 }],
  [[1, 2]],
  [5],
  [new Date(0)],
  [new Map()],
  [new Headers()],
  [(function* () {})()],
  [{ size: 1, type: 'T' }],
])('%o is recognised as no kind of body', (body) => {
  expect(takeBody(body)).toBeNull()
})

test('a body of text is taken as it is', () => {
  expect(takeBody('text')).toEqual({ body: 'text', contentType: null })
})

test('the platform’s own Blob is taken as it is, with its type', () => {
  const blob = new Blob(['blob'], { type: 'text/plain' })
  expect(takeBody(blob)).toEqual({ body: blob, contentType: 'text/plain' })
  expect(takeBody(blob)?.body).toBe(blob)
  expect(takeBody(new Blob(['untyped']))?.contentType).toBeNull()
})

test.each([
  ['a stream', new ReadableStream()],
  ['a Node stream', Readable.from([])],
  ['a generator', (async function* () {})()],
])('a body that is %s is left unread', (_, body) => {
  expect(takeBody(body)).toEqual({ body, contentType: null })
  expect(takeBody(body)?.body).toBe(body)
})

test('a Node stream that is a form brings its content type along', () => {
  const contentType = 'multipart/form-data; boundary=b'
  const form = Object.assign(Readable.from(['--b…']), {
    getHeaders: () => ({ 'content-type': contentType }),
  })
  expect(takeBody(form)?.contentType).toBe(contentType)
})

describe('a body of bytes is copied', () => {
  test.each([
    ['an ArrayBuffer', new Uint8Array([97, 98]).buffer],
    ['a SharedArrayBuffer', sharedBytes().buffer],
    ['a view of one', sharedBytes()],
    ['an ArrayBuffer of another realm', elsewhere('new Uint8Array([97, 98]).buffer')],
    ['a view of another realm', elsewhere('new Uint8Array([97, 98])')],
    ['no more of a view than it shows', bytes('[ab]').subarray(1, 3)],
    ['no more of a DataView than it shows', new DataView(bytes('[ab]').buffer, 1, 2)],
  ])('%s', (_, body) => {
    const taken = takeBody(body)?.body
    const view = ArrayBuffer.isView(body)
      ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
      : new Uint8Array(body as ArrayBuffer)
    view.fill(0)
    expect(taken).toBeInstanceOf(ArrayBuffer)
    expect(new TextDecoder().decode(taken as ArrayBuffer)).toBe('ab')
  })
})

describe('search parameters are taken as text, with their type', () => {
  const contentType = 'application/x-www-form-urlencoded;charset=UTF-8'

  test.each([
    ['the platform’s', new URLSearchParams('a=1&b=%C3%B6')],
    ['another realm’s', new page.URLSearchParams('a=1&b=%C3%B6')],
    ['a polyfill’s', { append() {}, toString: (): string => 'a=1&b=%C3%B6' }],
  ])('%s', (_, query) => {
    expect(takeBody(query)).toEqual({ body: 'a=1&b=%C3%B6', contentType })
  })

  test('without parameters that are added later', () => {
    const query = new URLSearchParams()
    const taken = takeBody(query)
    query.append('late', '1')
    expect(taken).toEqual({ body: '', contentType })
  })
})

describe('a form is written out as the platform writes it', () => {
  const nasty = '"\r\n\n\r%22ö'
  function fill<Form extends { append: FormData['append'] }>(form: Form, File: typeof page.File) {
    form.append('a', '1')
    form.append('a', nasty)
    form.append(nasty, '2')
    form.append('file', new File(['content'], 'name.txt', { type: 'text/plain' }) as File)
    form.append('nameless', new File(['?'], nasty) as File)
    return form
  }
  const NodeFile = File as unknown as typeof page.File
  const platforms = async (form: FormData) => {
    const response = new Response(form)
    const boundary = response.headers.get('Content-Type')?.split('boundary=')[1] ?? ''
    return (await response.text()).replaceAll(boundary, '…').trimEnd()
  }
  const ours = async (form: object) => {
    const { body, contentType } = takeBody(form) ?? {}
    const boundary = contentType?.split('multipart/form-data; boundary=')[1] ?? '?'
    const text = await new Response((await replayableBody(body, 10_000)) as BodyInit).text()
    return text.replaceAll(boundary, '…').trimEnd()
  }

  test('with its files, line ends and quotes', async () => {
    const form = fill(new FormData(), NodeFile)
    expect(await ours(form)).toBe(await platforms(form))
  })

  test('with nothing in it', async () => {
    expect(await ours(new FormData())).toBe(await platforms(new FormData()))
  })

  test('of another realm, with its files', async () => {
    const foreign = fill(new page.FormData() as unknown as FormData, page.File)
    expect(await ours(foreign)).toBe(await platforms(fill(new FormData(), NodeFile)))
  })

  test('without fields that are added later, under a boundary of its own', async () => {
    const form = new FormData()
    form.append('a', '1')
    const [first, second] = [takeBody(form), takeBody(form)]
    form.append('late', '1')
    expect(await new Response(first?.body as Blob).text()).not.toContain('late')
    expect(first?.contentType).not.toBe(second?.contentType)
  })

  test('so that a platform reads the same fields from it', async () => {
    const form = fill(new FormData(), NodeFile)
    const { body, contentType } = takeBody(form) ?? {}
    const headers = { 'Content-Type': contentType ?? '' }
    const read = await new Response(body as Blob, { headers }).formData()
    expect(read.getAll('a')).toEqual(['1', nasty.replace(/\r\n|\r|\n/g, '\r\n')])
    const file = read.get('file') as File
    expect([file.name, file.type, await file.text()]).toEqual(['name.txt', 'text/plain', 'content'])
  })

  test.each([
    ['it cannot be listed', {}],
    ['a polyfill lists it', { getAll() {}, [Symbol.iterator]: () => [].values() }],
  ])('but as React Native’s own form if %s', (_, more) => {
    class NativeForm {
      parts: object[] = []
      append(name: string, string: string) {
        this.parts.push({ fieldName: name, string })
      }
      getParts() {
        return [...this.parts]
      }
    }
    const form = Object.assign(new NativeForm(), more)
    form.append('a', '1')
    const { body, contentType } = takeBody(form) ?? {}
    form.append('late', '2')
    const again = takeBody(body)?.body
    assert(again instanceof NativeForm)
    expect(body).toBeInstanceOf(NativeForm)
    expect(again.getParts()).toEqual([{ fieldName: 'a', string: '1' }])
    expect(contentType).toBeNull()
  })
})

describe('a body of another realm is sent whole', () => {
  test.each([
    ['a Blob', new page.Blob(['blob'])],
    ['an async generator', elsewhere('(async function* () { yield "bl"; yield "ob" })()')],
  ])('%s', async (_, body) => {
    expect(await sent(body)).toBe('blob')
  })

  test('a Blob with its type', () => {
    const blob = new page.Blob(['blob'], { type: 'text/plain' })
    expect(takeBody(blob)?.contentType).toBe('text/plain')
  })

  test('except a Blob that cannot be read, as React Native’s, which the platform itself sends', () => {
    const blob = { size: 4, type: '', slice() {} }
    expect(takeBody(blob)?.body).toBe(blob)
  })
})

function sharedBytes() {
  const view = new Uint8Array(new SharedArrayBuffer(2))
  view.set([97, 98])
  return view
}
