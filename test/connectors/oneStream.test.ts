import { expect, test } from 'vitest'
import { createOneStream } from '../../src/connectors/oneStream.js'

const old = {}
const young = {}

test('while there is one socket, all that it says is news, also what it says twice', () => {
  const stream = createOneStream()
  expect([stream.isNews('a', old), stream.isNews('a', old)]).toEqual([true, true])
})

test('while there are two, what both say is news once, whoever says it first', () => {
  const stream = createOneStream()
  stream.begin()
  expect([stream.isNews('a', old), stream.isNews('a', young)]).toEqual([true, false])
  expect([stream.isNews('b', young), stream.isNews('b', old)]).toEqual([true, false])
})

test('what one of them says twice is two events', () => {
  const stream = createOneStream()
  stream.begin()
  expect([stream.isNews('a', old), stream.isNews('a', old)]).toEqual([true, true])
  expect([stream.isNews('a', young), stream.isNews('a', young)]).toEqual([false, false])
  expect(stream.isNews('a', young)).toBe(true)
})

test('once there is one again, nothing that was said before counts', () => {
  const stream = createOneStream()
  stream.begin()
  stream.isNews('a', old)
  stream.end()
  expect(stream.isNews('a', young)).toBe(true)
  stream.begin()
  expect(stream.isNews('a', young)).toBe(true)
})
