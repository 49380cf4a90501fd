import { getEventListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StreamChat } from 'stream-chat'
import { describe, expect, test } from 'vitest'
import { httpConnector } from '../../src/connectors/http/httpConnector.js'
import { streamChatConnector } from '../../src/connectors/streamChat/streamChatConnector.js'
import { isLive } from '../../src/core/state.js'
import { overNetworkWith, type ConnectorTarget } from './contract/hosts.js'
import { contractsOf, later, type Stage, type StageOptions } from './contract/stage.js'

const jane = { id: 'jane', name: 'Jane' }
const refusal = (code: number) => JSON.stringify({ code, message: 'token is expired' })

/** Answers of a backend on special paths, and those of them that are still open. */
function createAnswers() {
  const open = new Set<ServerResponse>()
  const calls: {
    readonly path: string
    readonly requestId: string | undefined
  }[] = []
  let changed = () => {}

  const answers: Record<string, (outgoing: ServerResponse, nth: number) => void> = {
    /** Sends bytes without end. */
    '/stream': (outgoing) => outgoing.writeHead(200).write('data: 1\n\n'),
    '/huge': (outgoing) => {
      outgoing.writeHead(401)
      const more = () => {
        while (!outgoing.destroyed && outgoing.write('x'.repeat(65_536)));
      }
      outgoing.on('drain', more)
      more()
    },
    '/redirects': (outgoing) =>
      outgoing.writeHead(302, { Location: '/elsewhere' }).write('x'.repeat(100_000)),
    '/long-refusal': (outgoing, nth) =>
      nth === 1
        ? outgoing.writeHead(401).end(refusal(40).padEnd(60_000))
        : outgoing.end('{"is":"good"}'),
    '/small': (outgoing) => outgoing.end('{}'),
  }
  const statusOf = (path: string) => Number(/^\/refused-with-(\d+)/.exec(path)?.[1])

  return {
    open,
    calls,
    /** Resolves once the condition holds. Checked at each call and each end of a connection. */
    until: (isSo: () => boolean) =>
      new Promise<void>((resolve) => {
        changed = () => {
          if (isSo()) resolve()
        }
        changed()
      }),
    intercept(this: void, incoming: IncomingMessage, outgoing: ServerResponse): boolean {
      const { pathname: path } = new URL(incoming.url ?? '', 'http://localhost')
      const answer = answers[path]
      const status = statusOf(path)
      if (!answer && !status) return false
      open.add(outgoing)
      outgoing.on('close', () => {
        open.delete(outgoing)
        changed()
      })
      calls.push({
        path,
        requestId: incoming.headers['x-client-request-id'] as string | undefined,
      })
      const nth = calls.filter((call) => call.path === path).length
      incoming.resume()
      if (answer) answer(outgoing, nth)
      else outgoing.writeHead(status).end(path.endsWith('-good') ? refusal(-1) : refusal(40))
      changed()
      return true
    },
  }
}

type Answers = ReturnType<typeof createAnswers>

describe.each([
  ['httpConnector', (target: ConnectorTarget) => httpConnector(target)],
  [
    'streamChatConnector',
    ({ apiKey, baseUrl }: ConnectorTarget) =>
      streamChatConnector({ apiKey, options: { baseURL: baseUrl, timeout: 60_000 } }),
  ],
])('%s', (_, createConnector) => {
  async function connected(options?: StageOptions): Promise<Stage & { readonly answers: Answers }> {
    const answers = createAnswers()
    const [contract] = contractsOf(createConnector, [
      overNetworkWith({ intercept: answers.intercept }),
    ])
    const stage = await (contract as NonNullable<typeof contract>).setUp(options)
    await stage.auth.connectUser(jane)
    return { ...stage, answers }
  }

  describe('a stream of the backend', () => {
    test.each<[string, (stage: Stage) => void, string]>([
      ['a log-out', ({ auth }) => void later(auth.disconnectUser()), 'session-ended'],
      ['a switch', ({ auth }) => void later(auth.switchUser({ id: 'bob' })), 'session-ended'],
      ['dispose', ({ auth }) => auth.dispose(), 'disposed'],
    ])('ends with its session, at %s', async (_, end, code) => {
      const stage = await connected()
      const { auth, answers } = stage
      const { body } = await auth.fetch('/stream')
      const reader = body!.getReader()
      await reader.read()
      end(stage)
      await expect(reader.read()).rejects.toMatchObject({ code })
      await answers.until(() => answers.open.size === 0)
      expect(answers.open.size).toBe(0)
    })

    test('ends with its session, also if only a copy of it is read, or nothing at all', async () => {
      const { auth, answers } = await connected()
      const copy = (await auth.fetch('/stream')).clone().text()
      const unread = await auth.fetch('/stream')
      auth.dispose()
      await expect(copy).rejects.toMatchObject({ code: 'disposed' })
      await expect(unread.text()).rejects.toBeInstanceOf(Error)
      await answers.until(() => answers.open.size === 0)
      expect(answers.open.size).toBe(0)
    })

    test('ends with its caller’s signal, for the caller’s reason', async () => {
      const { auth, answers } = await connected()
      const caller = new AbortController()
      const response = await auth.fetch('/stream', { signal: caller.signal })
      const reading = response.text()
      caller.abort(new Error('enough'))
      await expect(reading).rejects.toThrow('enough')
      await answers.until(() => answers.open.size === 0)
      expect(answers.open.size).toBe(0)
    })

    test('comes in the platform’s own Response', async () => {
      const { auth, target } = await connected()
      const response = await auth.fetch('/channels')
      expect(response).toBeInstanceOf(Response)
      expect(response.url).toMatch(new RegExp(`^${target.baseUrl}/channels\\?`))
      expect(response.type).toBe('basic')
      const copy = response.clone()
      expect(await response.json()).toEqual(await copy.json())
    })
  })

  test('leaves no listener on one signal for 1,000 requests, and causes no warning', async () => {
    const { auth } = await connected()
    const warnings: string[] = []
    const hear = ({ name }: Error) => void warnings.push(name)
    process.on('warning', hear)
    try {
      const { signal } = new AbortController()
      const asked = Array.from({ length: 1000 }, () => auth.fetch('/small', { signal }))
      expect(getEventListeners(signal, 'abort')).toHaveLength(1)
      const answers = await Promise.all(asked)
      expect(getEventListeners(signal, 'abort')).toEqual([])
      await Promise.all(answers.map((answer) => answer.json()))
      expect(getEventListeners(signal, 'abort')).toEqual([])
      expect(warnings).toEqual([])
    } finally {
      process.off('warning', hear)
    }
  }, 60_000)

  describe('a refusal', () => {
    test.each([400, 401, 403, 500, 502])(
      'that comes with status %i is sent twice, under one request id, and fails',
      async (status) => {
        const { auth, answers } = await connected()
        const path = `/refused-with-${status}`
        const asked = auth.fetch(path, { method: 'POST', body: '{}' })
        await expect(asked).rejects.toMatchObject({ code: 'token-refused' })
        expect(answers.calls).toHaveLength(2)
        expect(new Set(answers.calls.map(({ requestId }) => requestId)).size).toBe(1)
        expect(answers.open.size).toBe(0)
      },
    )

    test('of almost 64 kB is recognised', async () => {
      const { auth } = await connected()
      const response = await auth.fetch('/long-refusal')
      expect(await response.json()).toEqual({ is: 'good' })
    })

    test('that is not over the token is not sent again', async () => {
      const { auth, answers } = await connected()
      const response = await auth.fetch('/refused-with-500-good', { method: 'POST' })
      expect(await response.json()).toMatchObject({ code: -1 })
      expect(answers.calls).toHaveLength(1)
    })

    test('whose body is endless goes to the caller as it is, and can be read on', async () => {
      const { auth, answers } = await connected()
      const response = await auth.fetch('/huge')
      expect(response.status).toBe(401)
      const reader = response.body!.getReader()
      let byteCount = 0
      while (byteCount < 1_000_000) byteCount += (await reader.read()).value!.byteLength
      await reader.cancel()
      await answers.until(() => answers.open.size === 0)
      expect(answers.calls).toHaveLength(1)
    })
  })

  test('leaves no answer open that was refused or not followed', async () => {
    const { auth, answers } = await connected()
    const asked = Array.from({ length: 20 }, () => auth.fetch('/redirects'))
    for (const request of asked) {
      await expect(request).rejects.toMatchObject({ code: 'redirect-refused' })
    }
    await answers.until(() => answers.open.size === 0)
    expect(answers.calls).toHaveLength(20)
  })
})

describe('requests of the stream-chat client itself', () => {
  async function connected() {
    const answers = createAnswers()
    const [contract] = contractsOf(
      ({ apiKey, baseUrl }) =>
        streamChatConnector({ apiKey, options: { baseURL: baseUrl, timeout: 60_000 } }),
      [overNetworkWith({ intercept: answers.intercept })],
    )
    const stage = await contract!.setUp()
    await stage.auth.connectUser(jane)
    const state = stage.auth.getState()
    if (!isLive(state)) throw new Error(state.status)
    const client = state.client as StreamChat
    return { ...stage, answers, client, url: (path: string) => client.baseURL + path }
  }

  test.each([400, 401, 403, 500, 502])(
    'refused with status %i are sent twice under one request id, without the client’s own retry',
    async (status) => {
      const { client, answers, url } = await connected()
      const asked = client.post(url(`/refused-with-${status}`), {})
      await expect(asked).rejects.toMatchObject({ code: 'token-refused' })
      expect(answers.calls).toHaveLength(2)
      expect(new Set(answers.calls.map(({ requestId }) => requestId)).size).toBe(1)
    },
  )

  test.each(['arraybuffer', 'blob'] as const)(
    'that are refused are recognised when their answer is requested as %s',
    async (responseType) => {
      const { client, answers, url } = await connected()
      const asked = client.get(url('/refused-with-500'), {}, { responseType })
      await expect(asked).rejects.toMatchObject({ code: 'token-refused' })
      expect(answers.calls).toHaveLength(2)
    },
  )

  test('that fail for another reason than the token are sent once', async () => {
    const { client, answers, url } = await connected()
    const asked = client.post(url('/refused-with-500-good'), {})
    await expect(asked).rejects.toMatchObject({ status: 500, code: -1 })
    expect(answers.calls).toHaveLength(1)
  })

  test('that stream are ended with the session', async () => {
    const { client, auth, answers, url } = await connected()
    const config = { responseType: 'stream' } as const
    const stream = await client.get<NodeJS.ReadableStream>(url('/stream'), {}, config)
    const ended = new Promise((resolve) => stream.on('error', resolve))
    auth.dispose()
    await expect(ended).resolves.toBeInstanceOf(Error)
    await answers.until(() => answers.open.size === 0)
    expect(answers.open.size).toBe(0)
  })

  test('leave no listener on their caller’s signal', async () => {
    const { client, url } = await connected()
    const { signal } = new AbortController()
    await Promise.all(Array.from({ length: 50 }, () => client.get(url('/me'), {}, { signal })))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('with an answer of more than 32 MB fail, whatever its status', async () => {
    const { client, answers, url } = await connected()
    await expect(client.get(url('/huge'))).rejects.toThrow('maxContentLength')
    await answers.until(() => answers.open.size === 0)
    expect(answers.calls).toHaveLength(1)
  })
})
