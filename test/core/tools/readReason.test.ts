import { expect, test } from 'vitest'
import { readReason } from '../../../src/core/tools/readReason.js'
import { asSentence, shortened } from '../../../src/core/tools/words.js'

test.each<[unknown, string | null, string]>([
  [{ error: 'other-user', message: 'Somebody else.' }, 'other-user', 'Somebody else.'],
  [{ error: 'other-user' }, 'other-user', ''],
  [{ error: 'You are not signed in' }, null, 'You are not signed in'],
  [{ message: 'Forbidden' }, null, 'Forbidden'],
  [{ code: 'E7', message: 'No seat.' }, 'E7', 'No seat.'],
  [{ error: { code: 'no-seat', message: 'No seat.' } }, 'no-seat', 'No seat.'],
  [{ message: 'Outer.', error: { message: 'Inner.' } }, null, 'Outer.'],
  [{ error: 'invalid_grant', error_description: 'Too old.' }, 'invalid_grant', 'Too old.'],
  [{ errors: [{ message: 'No seat.', code: 'E7' }] }, 'E7', 'No seat.'],
  [{ type: 'about:blank', title: 'No credit.', detail: 'It is 30.' }, null, 'No credit: It is 30.'],
  [{ title: 'No credit.' }, null, 'No credit.'],
  [{ detail: 'It is 30.', status: 403 }, null, 'It is 30.'],
  ['  Nobody is\n signed in.  ', null, 'Nobody is signed in.'],
])('the reason in %j is code %j with the words %j', (body, code, words) => {
  expect(readReason(body)).toEqual({ code, words })
})

test.each([null, undefined, 7, '', ' \n', {}, [], { error: null }, { message: 7 }, { errors: [] }])(
  'there is no reason in %j',
  (body) => expect(readReason(body)).toBeNull(),
)

test('a circular reason is searched to a limited depth', () => {
  const body: Record<string, unknown> = {}
  body['error'] = body
  expect(readReason(body)).toBeNull()
})

test('a reason is cut off at 300 characters, and has no line breaks or control characters', () => {
  expect(shortened('x'.repeat(10_000))).toBe(`${'x'.repeat(300)}…`)
  expect(shortened('a\u0000\r\n\tb')).toBe('a b')
})

test('a sentence without a full stop gets one', () => {
  expect(['No', 'No.', 'No?', 'No…'].map(asSentence)).toEqual(['No.', 'No.', 'No?', 'No…'])
})
