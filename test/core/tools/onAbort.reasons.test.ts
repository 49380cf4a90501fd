import { expect, it } from 'vitest'
import { abortReason, throwIfAborted, withReasons } from '../../../src/core/tools/onAbort.js'

/** A controller as that of React Native 0.81: its signal has no reason. */
function controllerWithoutReasons(): AbortController {
  const signal = Object.assign(new EventTarget(), { aborted: false })
  return {
    signal: signal as unknown as AbortSignal,
    abort() {
      signal.aborted = true
      signal.dispatchEvent(new Event('abort'))
    },
  }
}

it('a signal without a reason was aborted with an AbortError', () => {
  const controller = controllerWithoutReasons()
  const { signal } = controller
  controller.abort()
  expect(abortReason(signal)).toMatchObject({ name: 'AbortError' })
  expect(() => throwIfAborted(signal)).toThrow(expect.objectContaining({ name: 'AbortError' }))
})

it('a controller whose signals have no reason gives them the first one', () => {
  const controller = withReasons(controllerWithoutReasons())
  const heard: unknown[] = []
  controller.signal.addEventListener('abort', () => heard.push(controller.signal.reason))
  const reason = new Error('over')
  controller.abort(reason)
  controller.abort(new Error('later'))
  expect(heard[0]).toBe(reason)
  expect(abortReason(controller.signal)).toBe(reason)
})

it('a controller aborted without a reason gives an AbortError, on any platform', () => {
  for (const controller of [controllerWithoutReasons(), new AbortController()].map(withReasons)) {
    controller.abort()
    expect(abortReason(controller.signal)).toMatchObject({ name: 'AbortError' })
  }
})

it('a controller whose signals have reasons is used as it is', () => {
  const controller = new AbortController()
  expect(withReasons(controller)).toBe(controller)
})
