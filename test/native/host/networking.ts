import { randomUUID } from 'node:crypto'
import { request, type ClientRequest } from 'node:http'
import type { BlobData, Blobs } from './blobs.js'
import type { Emit, Implementation } from './nativeSide.js'

interface FormPart {
  /** Pairs on Android. */
  readonly headers: Readonly<Record<string, string>> | readonly (readonly [string, string])[]
  readonly string?: string
  readonly uri?: string
}

interface RequestData {
  readonly string?: string
  readonly base64?: string
  readonly blob?: BlobData
  readonly formData?: readonly FormPart[]
}

interface RequestToSend {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: RequestData
  readonly responseType: 'text' | 'base64' | 'blob'
  readonly id: number
}

/** React Native's native `Networking`, on Node's HTTP client. */
export function createNetworking(
  emit: Emit,
  os: 'ios' | 'android',
  blobs: Blobs,
  files: ReadonlyMap<string, string>,
) {
  const sent = new Map<number, ClientRequest>()
  let lastId = 0

  function send({ method, url, headers, data, responseType, id }: RequestToSend) {
    // The native side takes text; an object would arrive as a dictionary.
    if (typeof url !== 'string') throw new TypeError(`the URL is no string: ${JSON.stringify(url)}`)
    const body = encodeBody(data, blobs, files)
    const outgoing = request(url, {
      method,
      headers: {
        ...headers,
        ...(body && { 'content-length': body.bytes.length }),
        ...body?.headers,
      },
    })
    sent.set(id, outgoing)
    const end = (error: string | null) => {
      if (sent.delete(id)) emit('didCompleteNetworkResponse', [id, error, false])
    }
    outgoing.on('error', (error) => end(error.message))
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      emit('didReceiveNetworkResponse', [id, incoming.statusCode, incoming.headers, url])
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', (error) => end(error.message))
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const kinds = {
          text: () => bytes.toString(),
          base64: () => bytes.toString('base64'),
          blob: () => blobs.add(randomUUID(), bytes),
        }
        if (sent.has(id)) emit('didReceiveNetworkData', [id, kinds[responseType]()])
        end(null)
      })
    })
    outgoing.end(body?.bytes)
  }

  const onIos = {
    sendRequest(query: Omit<RequestToSend, 'id'>, created: (id: number) => void) {
      const id = ++lastId
      created(id)
      send({ ...query, id })
    },
  }
  const onAndroid = {
    sendRequest(
      method: string,
      url: string,
      id: number,
      headers: readonly (readonly [string, string])[],
      data: RequestData,
      responseType: RequestToSend['responseType'],
    ) {
      send({ method, url, id, headers: Object.fromEntries(headers), data, responseType })
    },
  }
  const methods: Implementation = {
    ...(os === 'ios' ? onIos : onAndroid),
    abortRequest(id: number) {
      const outgoing = sent.get(id)
      sent.delete(id)
      outgoing?.destroy()
    },
    clearCookies: (done: (had: boolean) => void) => done(false),
  }

  return {
    methods,
    close() {
      for (const outgoing of sent.values()) outgoing.destroy()
      sent.clear()
    },
  }
}

/** Encodes a body as the native side does; a form has a boundary of its own each time. */
function encodeBody(
  { string, base64, blob, formData }: RequestData,
  blobs: Blobs,
  files: ReadonlyMap<string, string>,
): { bytes: Buffer; headers?: Record<string, string> } | null {
  if (string !== undefined) return { bytes: Buffer.from(string) }
  if (base64 !== undefined) return { bytes: Buffer.from(base64, 'base64') }
  if (blob) return { bytes: blobs.read(blob) }
  if (!formData) return null
  const boundary = randomUUID()
  const parts = formData.map(({ headers, string: text, uri }) => {
    const content = text ?? files.get(uri ?? '')
    if (content === undefined) throw new Error(`there is no file ${uri}`)
    const pairs = Array.isArray(headers) ? headers : Object.entries(headers)
    const lines = pairs.map(([name, value]) => `${name}: ${value}`)
    return [`--${boundary}`, ...lines, '', content, ''].join('\r\n')
  })
  return {
    bytes: Buffer.from(`${parts.join('')}--${boundary}--\r\n`),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  }
}
