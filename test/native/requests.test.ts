import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { hosts, openApp, places, type ConnectorKind, type NativeHost } from './host/hosts.js'

const jane = { id: 'jane' }
const text = '{"text":"Grüße"}'
const bytes = String.fromCharCode(1, 2, 3, 0, 255)

/** Every kind of body that React Native's `fetch` takes, and what reaches the server. */
const kinds = [
  { kind: 'text', type: 'application/json', sent: Buffer.from(text).toString('latin1') },
  { kind: 'blob', type: 'application/json', sent: Buffer.from(text).toString('latin1') },
  { kind: 'parameters', type: 'application/x-www-form-urlencoded', sent: 'a=1&b=x+y' },
  { kind: 'buffer', type: 'application/octet-stream', sent: bytes },
  { kind: 'view', type: 'application/octet-stream', sent: bytes },
  { kind: 'form', type: 'multipart/form-data', sent: 'name="note"\r\n\r\nhello\r\n' },
] as const

interface Received {
  readonly type: string
  /** Bytes as characters, with the boundary of a form left out. */
  readonly body: string
}

/** Path of an image that the stream-chat client uploads. */
const imagePath = '/channels/messaging/general/image'

const taken = { file: 'https://cdn.example.com/photo.jpg' }

/** Starts the app with a connected user, on a server that refuses the first sending of each body. */
async function connectedTo(host: NativeHost, kind: ConnectorKind) {
  const received = new Map<string, Received[]>()
  const stage = await openApp(host, kind, {
    intercept(incoming: IncomingMessage, outgoing: ServerResponse) {
      const { pathname } = new URL(incoming.url ?? '', 'http://localhost')
      if (!pathname.startsWith('/bodies/') && pathname !== imagePath) return false
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const type = incoming.headers['content-type'] ?? ''
        const boundary = type.split('boundary=')[1] ?? '\n'
        const body = Buffer.concat(chunks).toString('latin1').replaceAll(boundary, '…')
        const sendings = received.get(pathname) ?? []
        received.set(pathname, [...sendings, { type: type.replace(boundary, '…'), body }])
        const isRefused = sendings.length === 0
        const answer = isRefused ? { code: 40 } : taken
        outgoing.writeHead(isRefused ? 401 : 200).end(JSON.stringify(answer))
      })
      return true
    },
  })
  await stage.app.run('connectUser', jane)
  return { ...stage, received }
}

describe.each(places)('on $host.name, with the $kind connector', ({ host, kind: connector }) => {
  test('a body of any kind is sent, and sent again whole after a refusal', async () => {
    const { app, received, backend } = await connectedTo(host, connector)
    const answers = await app.run(
      'askAll',
      kinds.map(({ kind, type }) => ({
        path: `/bodies/${kind}`,
        method: 'POST',
        body: kind,
        ...(kind !== 'form' && { headers: { 'Content-Type': type } }),
      })),
    )
    expect(answers).toEqual(kinds.map(() => ({ status: 200, text: JSON.stringify(taken) })))
    for (const { kind, type, sent } of kinds) {
      const [first, second] = received.get(`/bodies/${kind}`) ?? []
      expect.soft(first?.type, kind).toContain(type)
      expect.soft(first?.body, kind).toContain(sent)
      expect.soft(second, kind).toEqual(first)
    }
    expect(backend.counters.tokenCalls).toBe(2)
  })

  test('an upload of a file by its URI is replayed whole, without what is added later', async () => {
    const { app, received } = await connectedTo(host, connector)
    app.native.files.set('file:///photo.jpg', 'a photo')
    const upload = { path: '/bodies/upload', uri: 'file:///photo.jpg' }
    expect(await app.run('upload', upload)).toBe(JSON.stringify(taken))
    const [first, second] = received.get('/bodies/upload') ?? []
    expect(first?.body).toContain('filename="photo.jpg"')
    expect(first?.body).toContain('\r\n\r\na photo\r\n')
    expect(first?.body).not.toContain('late')
    expect(second).toEqual(first)
  })

  test('answers are read whole, and errors of the backend are answers', async () => {
    const { app } = await connectedTo(host, connector)
    const { status, text: answer } = await app.run<{ status: number; text: string }>('ask', {
      path: '/nothing/Grüße?a=ß',
    })
    expect(status).toBe(404)
    expect(JSON.parse(answer)).toMatchObject({ StatusCode: 404 })
  })
})

describe.each(hosts)('on $name, with the client of stream-chat', (host) => {
  test('an image that a channel uploads by its URI is replayed whole after a refusal', async () => {
    const { app, received, backend } = await connectedTo(host, 'stream-chat')
    app.native.files.set('file:///photo.jpg', 'a photo')
    const image = { uri: 'file:///photo.jpg', name: 'photo.jpg', type: 'image/jpeg' }
    expect(await app.run('sendImage', image)).toEqual(taken)
    const sendings = received.get(imagePath) ?? []
    expect(sendings).toHaveLength(2)
    const [first, second] = sendings
    expect(first?.type).toContain('multipart/form-data')
    expect(first?.body).toContain('name="file"; filename="photo.jpg"')
    expect(first?.body).toContain('content-type: image/jpeg\r\n\r\na photo\r\n')
    expect(second).toEqual(first)
    expect(backend.counters.tokenCalls).toBe(2)
    expect(app.fatal).toEqual([])
  })
})
