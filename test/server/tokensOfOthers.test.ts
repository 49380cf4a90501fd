import { StreamChat } from 'stream-chat'
import { describe, expect, onTestFinished, test } from 'vitest'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { createManualClock } from '../../src/testing/controls/createManualClock.js'
import { speakAs } from '../testing/wireClient.js'
import tokens from './tokensOfOthers.json' with { type: 'json' }

/** Tokens made once with the libraries of the service's Python and Ruby SDKs, and with Perl's. */
const { secret, accepted, ofAnotherType, ofAnotherAlgorithm } = tokens
const now = new Date('2030-01-01T12:00:00Z')

function serve() {
  const backend = createChatBackend({ secret, clock: createManualClock({ now }) })
  onTestFinished(() => backend.dispose())
  return backend
}

const askBackend = async (userId: string, token: string) => {
  const { status, json } = await speakAs(serve(), { userId, token }).send('/me')
  return { status, code: json.code as number, message: json.message as string }
}

describe('a token of a library in another language', () => {
  test.each(accepted)(
    'is accepted by the server and the embedded backend: $madeBy, with $with',
    async ({ userId, token }) => {
      expect(await verifyUserToken(token, { secret, now })).toMatchObject({ userId })
      expect(await askBackend(userId, token)).toMatchObject({ status: 200 })
    },
  )
})

describe('a token of another type', () => {
  test.each(ofAnotherType)(
    'is refused by the server and the embedded backend, which name the type: $type',
    async ({ type, token }) => {
      const words = expect.stringContaining(`its type is "${type}", not JWT`) as string
      const refusal = { code: 5, message: words }
      await expect(verifyUserToken(token, { secret, now })).rejects.toMatchObject(refusal)
      expect(await askBackend('jane', token)).toMatchObject({ status: 401, ...refusal })
    },
  )
})

test('a token of another algorithm is refused with a message that names HS256', async () => {
  await expect(verifyUserToken(ofAnotherAlgorithm, { secret, now })).rejects.toMatchObject({
    code: 5,
    message: expect.stringContaining('HS256') as string,
  })
})

describe('a development token of the real client', () => {
  const client = new StreamChat('key')

  test.each([
    ['without padding', 'jane', /^[^=]+$/],
    ['with padding', 'bob', /=\.devtoken$/],
    ['with a letter of standard base64', 'a>>?', /\+/],
  ])(
    'is refused as a development token by the server and the embedded backend: %s',
    async (_, userId, spelling) => {
      const token = client.devToken(userId)
      expect(token).toMatch(spelling)
      const refusal = { code: 43, message: expect.stringContaining('devToken') as string }
      await expect(verifyUserToken(token, { secret, now })).rejects.toMatchObject(refusal)
      expect(await askBackend(userId, token)).toMatchObject({ status: 401, ...refusal })
    },
  )
})
