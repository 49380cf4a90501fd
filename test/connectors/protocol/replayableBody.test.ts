import { PassThrough, Readable, Stream } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { replayableBody } from '../../../src/connectors/protocol/replayableBody.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const keep = async (...args: Parameters<typeof replayableBody>) =>
  new TextDecoder().decode((await replayableBody(...args)) as ArrayBuffer)

const streamOf = (...chunks: unknown[]) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
async function* generate(...chunks: unknown[]) {
  yield* chunks
}
/** Makes a stream as Node's were before they were iterable, and as `form-data` still is. */
function oldStreamOf(...chunks: unknown[]) {
  const stream = Object.assign(new Stream(), {
    isDestroyed: false,
    resume() {
      for (const chunk of chunks) stream.emit('data', chunk)
      stream.emit('end')
    },
    destroy() {
      stream.isDestroyed = true
    },
  })
  return stream
}

const form = new FormData()

test.each([[null], ['text'], [new ArrayBuffer(2)], [new Blob(['blob'])], [form]])(
  'a body that can be sent twice is left as it is: %o',
  (body) => {
    expect(replayableBody(body, 0)).toBe(body)
  },
)

test.each([
  [
    'a stream',
    async () => {
      const stream = streamOf(bytes('be'), bytes('gin'))
      const reader = stream.getReader()
      await reader.read()
      reader.releaseLock()
      return stream
    },
  ],
  [
    'a stream that was cancelled',
    async () => {
      const stream = streamOf(bytes('text'))
      await stream.cancel()
      return stream
    },
  ],
  [
    'a Node stream',
    async () => {
      const stream = Readable.from([bytes('be'), bytes('gin')])
      for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
        void chunk
        break
      }
      return stream
    },
  ],
  [
    'a Node stream at its end',
    async () => {
      const stream = Readable.from([bytes('text')])
      for await (const chunk of stream) void chunk
      return stream
    },
  ],
])(
  '%s that was read from before is rejected, because its beginning is gone',
  async (_, readFrom) => {
    const body = await readFrom()
    expect(() => replayableBody(body, 10)).toThrow(
      expect.objectContaining({
        code: 'body-not-replayable',
        message: expect.stringContaining('read from before'),
      }),
    )
  },
)

describe.each([
  ['a stream', streamOf],
  ['an async generator', generate],
  ['a Node stream', (...chunks: unknown[]) => Readable.from(chunks)],
  ['an old Node stream', oldStreamOf],
])('%s', (_, bodyOf) => {
  test('is read to its end', async () => {
    expect(await keep(bodyOf(bytes('one '), bytes('two')), 10)).toBe('one two')
  })

  test('of as many bytes as allowed is kept, and rejected with one more', async () => {
    expect(await keep(bodyOf(bytes('123'), bytes('45')), 5)).toBe('12345')
    await expect(replayableBody(bodyOf(bytes('123'), bytes('456')), 5)).rejects.toMatchObject({
      code: 'body-not-replayable',
    })
  })

  test('of anything but bytes rejects with a TypeError, as in fetch', async () => {
    await expect(replayableBody(bodyOf(5), 10)).rejects.toThrow(
      new TypeError('A body that is a stream must consist of bytes.'),
    )
  })

  test('is not read if its signal is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(replayableBody(bodyOf(bytes('text')), 10, [signal])).rejects.toThrow('too late')
  })
})

test('an iterable that is too large is rejected, even if its own `return` throws', async () => {
  const iterator = {
    next: () => Promise.resolve({ done: false, value: bytes('more') }),
    return() {
      throw new Error('not now')
    },
  }
  const body = { [Symbol.asyncIterator]: () => iterator }
  await expect(replayableBody(body, 10)).rejects.toMatchObject({ code: 'body-not-replayable' })
})

test.each([
  ['generators', generate],
  ['Node streams', (...chunks: unknown[]) => Readable.from(chunks)],
  ['old Node streams', oldStreamOf],
])('text in %s is sent as UTF-8', async (_, bodyOf) => {
  expect(await keep(bodyOf('zwö', bytes('lf')), 10)).toBe('zwölf')
})

test('text in a web stream rejects with a TypeError, as in fetch', async () => {
  await expect(replayableBody(streamOf('text'), 10)).rejects.toBeInstanceOf(TypeError)
})

describe('a stream', () => {
  test.each([
    ['hangs', () => new Promise<void>(() => {})],
    ['rejects', () => Promise.reject(new Error('!'))],
  ])('that is too large is cancelled, even if its own cancel %s', async (_, cancel) => {
    let isCancelled = false
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(bytes('more')),
      cancel() {
        isCancelled = true
        return cancel()
      },
    })
    await expect(replayableBody(stream, 10)).rejects.toMatchObject({ code: 'body-not-replayable' })
    expect(isCancelled).toBe(true)
  })

  test('is copied, so that its source may overwrite the chunks later', async () => {
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
    expect(await keep(stream, 10)).toBe('text')
  })

  test('that fails rejects with its own error', async () => {
    const stream = new ReadableStream({ pull: () => Promise.reject(new Error('disk gone')) })
    await expect(replayableBody(stream, 10)).rejects.toThrow('disk gone')
  })

  test('that other code is reading rejects with a TypeError', async () => {
    const stream = streamOf(bytes('text'))
    stream.getReader()
    await expect(replayableBody(stream, 10)).rejects.toBeInstanceOf(TypeError)
  })

  test('is not taken for complete if its reading was aborted half-way', async () => {
    const controller = new AbortController()
    const stream = new ReadableStream({
      start: (body) => body.enqueue(bytes('half of ')),
      pull: () => controller.abort(new Error('enough')),
    })
    await expect(replayableBody(stream, 100, [controller.signal])).rejects.toThrow('enough')
  })

  test('leaves no listener on its signals', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const counting = Object.assign(Object.create(signal) as AbortSignal, {
      addEventListener: () => listeners++,
      removeEventListener: () => listeners--,
    })
    Object.defineProperty(counting, 'aborted', { value: false })
    const reading = replayableBody(streamOf(bytes('text')), 10, [counting])
    expect(listeners).toBe(1)
    await reading
    await expect(replayableBody(streamOf(bytes('text')), 1, [counting])).rejects.toThrow(
      'too large',
    )
    expect(listeners).toBe(0)
  })
})

describe('an async generator', () => {
  test('that is too large is ended, so that it can clean up', async () => {
    let isEnded = false
    async function* endless() {
      try {
        for (;;) yield bytes('more')
      } finally {
        isEnded = true
      }
    }
    await expect(replayableBody(endless(), 10)).rejects.toMatchObject({
      code: 'body-not-replayable',
    })
    expect(isEnded).toBe(true)
  })

  test('that never yields is abandoned when its signal is aborted', async () => {
    const controller = new AbortController()
    async function* waiting() {
      yield await new Promise(() => {})
    }
    const kept = replayableBody(waiting(), 10, [controller.signal])
    controller.abort(new Error('enough'))
    await expect(kept).rejects.toThrow('enough')
  })
})

describe('a Node stream', () => {
  test('that never yields is destroyed when its signal is aborted', async () => {
    const controller = new AbortController()
    const stream = new PassThrough()
    const kept = replayableBody(stream, 10, [controller.signal])
    controller.abort(new Error('enough'))
    await expect(kept).rejects.toThrow('enough')
    expect(stream.destroyed).toBe(true)
  })

  test('that is destroyed rejects, with its error if there is one', async () => {
    const stream = new PassThrough()
    const kept = replayableBody(stream, 10)
    stream.destroy(new Error('gone'))
    await expect(kept).rejects.toThrow('gone')
  })

  test('of the old kind that is too large is destroyed', async () => {
    const stream = oldStreamOf(bytes('too much'))
    await expect(replayableBody(stream, 2)).rejects.toMatchObject({ code: 'body-not-replayable' })
    expect(stream.isDestroyed).toBe(true)
  })

  test.each([
    ['fails', 'error', new Error('gone'), 'gone'],
    ['closes early', 'close', undefined, 'closed before its end'],
  ])('of the old kind that %s rejects', async (_, event, value, message) => {
    const stream = Object.assign(oldStreamOf(), { resume: () => {} })
    const kept = replayableBody(stream, 10)
    stream.emit(event, value)
    await expect(kept).rejects.toThrow(message)
  })
})
