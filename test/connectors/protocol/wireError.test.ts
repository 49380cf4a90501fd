import { describe, expect, test } from 'vitest'
import { chatAuthErrors, type ChatAuthError } from '../../../src/core/errors.js'
import { canary, mint } from '../../support/world.js'
import { readRefusal, readWireError } from '../../../src/connectors/protocol/wireError.js'

const nonsense = [
  undefined,
  null,
  '',
  'text',
  5,
  [],
  {},
  { code: '40' },
  { code: null },
  { code: 4 },
]

describe('readRefusal', () => {
  test.each([5, 40, 41, 42, 43])(
    'takes code %i for the refusal of a token, with the backend’s message',
    (code) => {
      expect(readRefusal({ code, message: 'no' })).toEqual({ code, message: 'no' })
      expect(readRefusal({ code, message: 7 })).toEqual({ code, message: '' })
    },
  )

  test.each([...nonsense, { code: 2 }, { code: 17 }])('takes %j for no refusal', (body) => {
    expect(readRefusal(body)).toBeNull()
  })
})

describe('readWireError', () => {
  test.each([5, 40, 41, 42, 43])('leaves code %i, a refusal, for core to judge', (code) => {
    const refusal = { code, message: 'no' }
    expect(readWireError(refusal)).toMatchObject({ name: 'RefusedError', refusal })
  })

  test.each<[number, string, boolean]>([
    [2, 'api-key-invalid', false],
    [9, 'rate-limited', true],
    [17, 'not-allowed', false],
    [69, 'wrong-region', false],
    [99, 'app-suspended', false],
    [-1, 'server-error', true],
  ])('makes code %i the error %s, retryable: %s', (code, expected, retryable) => {
    const error = readWireError({ code, message: 'no' })
    expect(error).toMatchObject({ code: expected, retryable })
    expect(error.cause).toEqual(new Error(`no (code ${code})`))
  })

  test.each<[number, string, boolean]>([
    [429, 'rate-limited', true],
    [500, 'server-error', true],
    [503, 'server-error', true],
    [404, 'unexpected-answer', false],
    [400, 'unexpected-answer', false],
  ])(
    'makes status %i without a known code the error %s, retryable: %s',
    (status, code, retryable) => {
      for (const body of nonsense) {
        expect(readWireError(body, status)).toMatchObject({ code, retryable, cause: undefined })
      }
      expect(readWireError({ code: 4, StatusCode: status })).toMatchObject({ code, retryable })
    },
  )

  test.each(nonsense)('makes %j alone the retryable error unexpected-answer', (body) => {
    expect(readWireError(body)).toMatchObject({ code: 'unexpected-answer', retryable: true })
  })

  test.each<[number, number | undefined, boolean]>([
    [16, 404, false],
    [4, 400, false],
    [22, 413, false],
    [60, 403, false],
    // A socket's frame without a status.
    [1234, undefined, true],
  ])(
    'makes the unknown code %i with status %s an error with the backend’s message, retryable: %s',
    (code, status, retryable) => {
      const said = { code, message: 'The user jane was deleted.', StatusCode: status }
      const error = readWireError(said)
      expect(error).toMatchObject({ code: 'backend-refused', retryable })
      expect(error.message).toContain(
        `The chat backend refused this: The user jane was deleted (code ${code}). `,
      )
      expect(error.cause).toEqual(new Error(`The user jane was deleted. (code ${code})`))
      expect(readWireError(said, status)).toMatchObject({ code: 'backend-refused', retryable })
    },
  )

  test('gives a deleted user and a bad field their own remedies', () => {
    const remedyOf = (code: number) => {
      const error = readWireError({ code, message: 'no' }, 400)
      return (error as ChatAuthError).remedy
    }
    expect(remedyOf(16)).toContain('deleted')
    expect(remedyOf(4)).toContain('field of `user`')
    expect(remedyOf(22)).toBe(chatAuthErrors['backend-refused'].remedy)
  })

  test('cuts long messages of the backend off, and shows no token in them', () => {
    const token = mint({ user_id: 'jane' })
    const { message } = readWireError({ code: 4, message: `${token} ${'x'.repeat(9000)}` }, 400)
    expect(message).not.toContain(canary)
    expect(message.length).toBeLessThan(500)
  })

  test('takes a status repeated as the code for a gateway’s answer, not the chat backend’s', () => {
    const body = { code: 404, message: 'no Route matched' }
    expect(readWireError(body, 404)).toMatchObject({ code: 'unexpected-answer' })
  })

  test('says how long to wait, if that is known', () => {
    expect(readWireError({ code: 9 }, 429, 7000)).toMatchObject({ retryAfterMs: 7000 })
    expect(readWireError({}, 429, 7000)).toMatchObject({ retryAfterMs: 7000 })
    expect(readWireError({}, 503, 7000)).toMatchObject({ retryAfterMs: 7000 })
  })
})
