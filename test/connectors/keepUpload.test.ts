import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { keepUpload } from '../../src/connectors/keepUpload.js'

const text = (data: unknown) => new TextDecoder().decode(data as ArrayBuffer)

test.each([['text'], [undefined], [{ a: 1 }], [new Uint8Array(2)], [new Blob(['a'])]])(
  '%o stays what it is',
  async (data) => {
    expect(await keepUpload(data)).toEqual({ data, headers: {} })
  },
)

test('a form is copied: what is added later is not in it', async () => {
  const form = new FormData()
  form.append('a', '1')
  form.append('file', new File(['content'], 'a.txt'))
  const { data } = await keepUpload(form)
  form.append('late', '1')
  const kept = data as FormData
  expect([...kept.keys()]).toEqual(['a', 'file'])
  expect(await (kept.get('file') as File).text()).toBe('content')
})

test('a Node stream is read to its end, bytes and text', async () => {
  const { data, headers } = await keepUpload(Readable.from([Buffer.from('one, '), 'zwö']))
  expect(text(data)).toBe('one, zwö')
  expect(headers).toEqual({})
})

test('a form that is a Node stream brings its content type along', async () => {
  const form = Object.assign(Readable.from(['--b…']), {
    getHeaders: () => ({ 'content-type': 'multipart/form-data; boundary=b' }),
  })
  expect((await keepUpload(form)).headers).toEqual({
    'content-type': 'multipart/form-data; boundary=b',
  })
})

test('a Node stream that fails rejects with its error', async () => {
  const stream = new PassThrough()
  const kept = keepUpload(stream)
  stream.destroy(new Error('gone'))
  await expect(kept).rejects.toThrow('gone')
})

test('a Node stream of more than 100 MB is refused', async () => {
  const megabyte = Buffer.alloc(1_048_576)
  const megabytes = (count: number) => Readable.from(Array<Buffer>(count).fill(megabyte))
  await expect(keepUpload(megabytes(101))).rejects.toMatchObject({ code: 'body-not-replayable' })
  expect(((await keepUpload(megabytes(100))).data as ArrayBuffer).byteLength).toBe(104_857_600)
})
