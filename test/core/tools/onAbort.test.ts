import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { onAbort } from '../../../src/core/tools/onAbort.js'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

test('all callbacks of onAbort are called once when the signal is aborted', () => {
  const controller = new AbortController()
  const calls = [vi.fn(), vi.fn()]
  for (const call of calls) onAbort(controller.signal, call)
  controller.abort()
  for (const call of calls) expect(call).toHaveBeenCalledTimes(1)
  expect(listeners(controller.signal)).toBe(0)
})

test('a callback of onAbort that was removed is not called, and the others are', () => {
  const controller = new AbortController()
  const [stopped, waiting] = [vi.fn(), vi.fn()]
  const stop = onAbort(controller.signal, stopped)
  onAbort(controller.signal, waiting)
  stop()
  stop()
  controller.abort()
  expect(stopped).not.toHaveBeenCalled()
  expect(waiting).toHaveBeenCalledTimes(1)
})

test('a thousand callbacks of onAbort share one listener, which is removed with the last', () => {
  const { signal } = new AbortController()
  const stops = Array.from({ length: 1000 }, () => onAbort(signal, () => {}))
  expect(listeners(signal)).toBe(1)
  for (const stop of stops.slice(1)) stop()
  expect(listeners(signal)).toBe(1)
  stops[0]?.()
  expect(listeners(signal)).toBe(0)
})

test('a callback added twice to onAbort is called twice, and removed once at a time', () => {
  const controller = new AbortController()
  const call = vi.fn()
  const stop = onAbort(controller.signal, call)
  onAbort(controller.signal, call)
  stop()
  controller.abort()
  expect(call).toHaveBeenCalledTimes(1)
})

test('a callback added to onAbort after all were removed is called', () => {
  const controller = new AbortController()
  const call = vi.fn()
  const stop = onAbort(controller.signal, () => {})
  stop()
  onAbort(controller.signal, call)
  // Stops a wait that is over, which must not affect the next one.
  stop()
  controller.abort()
  expect(call).toHaveBeenCalledTimes(1)
})

test('a callback of onAbort that is removed during the abort is not called', () => {
  const controller = new AbortController()
  const call = vi.fn()
  let stop = () => {}
  onAbort(controller.signal, () => stop())
  stop = onAbort(controller.signal, call)
  controller.abort()
  expect(call).not.toHaveBeenCalled()
})

test.each([null, undefined, { aborted: false }])('onAbort of %o never calls back', (signal) => {
  const call = vi.fn()
  onAbort(signal, call)()
  expect(call).not.toHaveBeenCalled()
})
