import { describe, expect, test } from 'vitest'
import { keepBody } from '../../src/connectors/keepBody.js'

const textOf = (body: RequestInit['body']) => new Response(body ?? null).text()
const bytes = (text: string) => new TextEncoder().encode(text)
const streamOf = (...chunks: unknown[]) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })

test.each([null, undefined, 'text', new Blob(['blob'])])(
  'what nobody can change is kept as it is: %s',
  (body) => {
    expect(keepBody(body, 10)).toBe(body)
  },
)

describe('what the caller could still change is copied', () => {
  test('an ArrayBuffer', async () => {
    const view = bytes('text')
    const kept = keepBody(view.buffer, 10)
    view.fill(0)
    expect(await textOf(await kept)).toBe('text')
  })

  test('a view, and no more than it shows', async () => {
    const view = bytes('some text here')
    const kept = keepBody(new DataView(view.buffer, 5, 4), 10)
    view.fill(0)
    expect(await textOf(await kept)).toBe('text')
  })

  test('URLSearchParams', async () => {
    const query = new URLSearchParams('a=1')
    const kept = keepBody(query, 10)
    query.append('b', '2')
    expect(await textOf(await kept)).toBe('a=1')
  })

  test('FormData, its files with their names', async () => {
    const form = new FormData()
    form.append('a', '1')
    form.append('a', '2')
    form.append('file', new File(['content'], 'name.txt', { type: 'text/plain' }))
    const kept = (await keepBody(form, 10)) as FormData
    form.set('a', 'changed')
    expect(kept.getAll('a')).toEqual(['1', '2'])
    const file = kept.get('file') as File
    expect([file.name, file.type, await file.text()]).toEqual(['name.txt', 'text/plain', 'content'])
  })
})

describe('a stream', () => {
  test('is read to its end, and can then be sent any number of times', async () => {
    const kept = await keepBody(streamOf(bytes('one '), bytes('two')), 10)
    expect([await textOf(kept), await textOf(kept)]).toEqual(['one two', 'one two'])
  })

  test('of as much as is allowed is kept, of one byte more is not', async () => {
    expect(await textOf(await keepBody(streamOf(bytes('123'), bytes('45')), 5))).toBe('12345')
    await expect(keepBody(streamOf(bytes('123'), bytes('456')), 5)).rejects.toMatchObject({
      code: 'body-not-replayable',
    })
  })

  test('that is too large is cancelled, whatever its own cancel does', async () => {
    for (const cancel of [
      () => new Promise<void>(() => {}),
      () => Promise.reject(new Error('!')),
    ]) {
      let isCancelled = false
      const stream = new ReadableStream({
        pull: (controller) => controller.enqueue(bytes('more')),
        cancel() {
          isCancelled = true
          return cancel()
        },
      })
      await expect(keepBody(stream, 10)).rejects.toMatchObject({ code: 'body-not-replayable' })
      expect(isCancelled).toBe(true)
    }
  })

  test('keeps what its source overwrites later', async () => {
    const chunk = bytes('text')
    let pulls = 0
    const stream = new ReadableStream({
      pull(controller) {
        if (++pulls > 1) {
          chunk.fill(0)
          controller.close()
        } else controller.enqueue(chunk)
      },
    })
    expect(await textOf(await keepBody(stream, 10))).toBe('text')
  })

  test('of anything but bytes is a TypeError, as in fetch', async () => {
    await expect(keepBody(streamOf('text'), 10)).rejects.toBeInstanceOf(TypeError)
  })

  test('that fails, fails the same way', async () => {
    const stream = new ReadableStream({ pull: () => Promise.reject(new Error('disk gone')) })
    await expect(keepBody(stream, 10)).rejects.toThrow('disk gone')
  })

  test('that somebody else is reading is a TypeError', async () => {
    const stream = streamOf(bytes('text'))
    stream.getReader()
    await expect(keepBody(stream, 10)).rejects.toBeInstanceOf(TypeError)
  })

  test('is not taken for complete where its reading was aborted, before it began or later', async () => {
    const controller = new AbortController()
    const stream = () =>
      new ReadableStream({
        start: (body) => body.enqueue(bytes('half of ')),
        pull: () => controller.abort(new Error('enough')),
      })
    await expect(keepBody(stream(), 100, [controller.signal])).rejects.toThrow('enough')
    await expect(keepBody(stream(), 100, [controller.signal])).rejects.toThrow('enough')
  })

  test('leaves no listener on the signals it was read under', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const counting = Object.assign(Object.create(signal) as AbortSignal, {
      addEventListener: () => listeners++,
      removeEventListener: () => listeners--,
    })
    Object.defineProperty(counting, 'aborted', { value: false })
    await keepBody(streamOf(bytes('text')), 10, [counting])
    await expect(keepBody(streamOf(bytes('text')), 1, [counting])).rejects.toThrow('too large')
    expect(listeners).toBe(0)
  })
})
