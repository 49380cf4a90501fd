import { expect, test } from 'vitest'
import {
  createMergedStream,
  type StreamSeat,
} from '../../../src/connectors/protocol/mergedStream.js'

const setUp = (limit?: number) => {
  const stream = createMergedStream(limit)
  const passed: string[] = []
  const say = (seat: StreamSeat, ...words: string[]) => {
    for (const word of words) seat.say(word, () => passed.push(word))
  }
  return { stream, passed, say }
}

test('the events of a single socket are passed on as they come, duplicates included', () => {
  const { stream, passed, say } = setUp()
  say(stream.join(), 'a', 'a', 'b')
  expect(passed).toEqual(['a', 'a', 'b'])
})

test('a newer socket ahead of the leading one is held back: each event is passed on once, in order', () => {
  const { stream, passed, say } = setUp()
  const old = stream.join()
  const young = stream.join()
  say(young, '2', '3', '4')
  expect(passed).toEqual([])
  say(old, '1', '2', '3')
  young.lead()
  say(old, '4', '5')
  say(young, '5')
  expect(passed).toEqual(['1', '2', '3', '4', '5'])
})

test('a newer socket behind the leading one repeats no event once it leads', () => {
  const { stream, passed, say } = setUp()
  const old = stream.join()
  const young = stream.join()
  say(old, '1', '2', '3')
  young.lead()
  say(young, '2', '3', '4')
  expect(passed).toEqual(['1', '2', '3', '4'])
})

test('two equal frames are two events, of which one may be new', () => {
  const { stream, passed, say } = setUp()
  const old = stream.join()
  const young = stream.join()
  say(old, 'a', 'a')
  young.lead()
  say(young, 'a', 'a', 'a')
  expect(passed).toEqual(['a', 'a', 'a'])
})

test('once a newer socket has settled, a frame equal to an earlier one is a new event', () => {
  const { stream, passed, say } = setUp()
  const old = stream.join()
  const young = stream.join()
  say(old, 'a')
  young.lead()
  young.settle()
  say(young, 'a')
  expect(passed).toEqual(['a', 'a'])
})

test('when the leading socket is gone, the next one leads at once, with the events it kept', () => {
  const { stream, passed, say } = setUp()
  const old = stream.join()
  const young = stream.join()
  say(old, '1')
  say(young, '1', '2')
  old.leave()
  say(young, '3')
  say(old, '4')
  expect(passed).toEqual(['1', '2', '3'])
})

test('a closed stream passes on no events, not even those kept until then', () => {
  const { stream, passed, say } = setUp()
  const old = stream.join()
  const young = stream.join()
  say(young, '1')
  stream.close()
  old.leave()
  young.lead()
  say(young, '2')
  expect(passed).toEqual([])
})

test('a newer socket that is gone does not affect the older one, and its kept events are dropped', () => {
  const { stream, passed, say } = setUp()
  const old = stream.join()
  const young = stream.join()
  say(young, '2')
  young.leave()
  young.lead()
  say(old, '1', '2')
  expect(passed).toEqual(['1', '2'])
})

test('three sockets one after another make one stream of events', () => {
  const { stream, passed, say } = setUp()
  const [first, second, third] = [stream.join(), stream.join(), stream.join()] as const
  say(first, '1', '2')
  say(third, '3', '4')
  say(second, '2', '3')
  second.lead()
  say(second, '4', '5')
  third.lead()
  say(third, '5', '6')
  expect(passed).toEqual(['1', '2', '3', '4', '5', '6'])
})

test('a listener that ends the leading socket hears no more of the events that it kept', () => {
  const { stream, passed } = setUp()
  const old = stream.join()
  const young = stream.join()
  const say = (word: string) =>
    young.say(word, () => {
      passed.push(word)
      young.leave()
    })
  say('1')
  say('2')
  old.leave()
  expect(passed).toEqual(['1'])
})

test('a flood beyond the limit makes the newer socket lead, and is reported', () => {
  const { stream, passed, say } = setUp(3)
  stream.join()
  const young = stream.join()
  say(young, '1', '2', '3')
  expect([passed, young.wasRushed]).toEqual([[], false])
  say(young, '4')
  expect([passed, young.wasRushed]).toEqual([['1', '2', '3', '4'], true])
})

test('of a flood through the older socket, the latest events are remembered', () => {
  const { stream, passed, say } = setUp(3)
  const old = stream.join()
  const young = stream.join()
  say(old, '1', '2', '3', '4')
  young.lead()
  passed.length = 0
  say(young, '2', '3', '4', '1')
  expect(passed).toEqual(['1'])
})
