import { expect, test } from 'vitest'
import { readAddress, type Address } from '../../../src/connectors/protocol/address.js'
import { sendRequest } from '../../../src/connectors/protocol/sendRequest.js'

const address = readAddress('https://own.test/api/me?a=b') as Address

/** A `fetch` as React Native's: it follows redirects, and only the answer's address shows it. */
function answerFrom(url: string) {
  const asked: unknown[] = []
  const fetch = (async (input: unknown) => {
    asked.push(input)
    return Object.defineProperty(new Response('{}'), 'url', { value: url })
  }) as typeof globalThis.fetch
  return { asked, sent: sendRequest(fetch, address, {}) }
}

test.each(['https://evil.test/me', 'http://own.test/me', 'https://own.test:8443/me'])(
  'an answer from another origin, to which a platform followed a redirect, is refused: %s',
  async (url) => {
    await expect(answerFrom(url).sent).rejects.toMatchObject({ code: 'redirect-refused' })
  },
)

test.each(['', 'https://own.test/other', 'https://OWN.test:443/', '/me'])(
  'an answer from its own origin, or from an address that says nothing, is taken: %j',
  async (url) => {
    expect((await answerFrom(url).sent).status).toBe(200)
  },
)

test('an address is handed to fetch as text', async () => {
  const { asked, sent } = answerFrom('')
  await sent
  expect(asked).toEqual(['https://own.test/api/me?a=b'])
})
