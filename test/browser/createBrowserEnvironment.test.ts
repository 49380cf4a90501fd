import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'

const environment = createBrowserEnvironment()
const fakes: string[] = []

/** Overrides properties of the page until the end of the test. */
function fake(target: object, property: string, value: unknown) {
  Object.defineProperty(target, property, { value, configurable: true })
  fakes.push(property)
}

afterEach(() => {
  for (const property of fakes.splice(0)) {
    Reflect.deleteProperty(document, property)
    Reflect.deleteProperty(navigator, property)
  }
})

describe('the browser environment wakes its listeners', () => {
  let wakes = 0
  let unsubscribe: () => void

  beforeEach(() => {
    wakes = 0
    unsubscribe = environment.onWake(() => wakes++)
    return unsubscribe
  })

  const becomes = (state: DocumentVisibilityState) => {
    fake(document, 'visibilityState', state)
    document.dispatchEvent(new Event('visibilitychange'))
  }

  test('when the page becomes visible, not when it is hidden', () => {
    becomes('hidden')
    expect(wakes).toBe(0)
    becomes('visible')
    expect(wakes).toBe(1)
  })

  test('when the network is back', () => {
    window.dispatchEvent(new Event('offline'))
    expect(wakes).toBe(0)
    window.dispatchEvent(new Event('online'))
    expect(wakes).toBe(1)
  })

  test('when the page is restored from the back-forward cache', () => {
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    expect(wakes).toBe(1)
  })

  test('when a frozen tab resumes', () => {
    document.dispatchEvent(new Event('resume'))
    expect(wakes).toBe(1)
  })

  test('until they unsubscribe', () => {
    let others = 0
    const stopOthers = environment.onWake(() => others++)
    window.dispatchEvent(new Event('online'))
    unsubscribe()
    window.dispatchEvent(new Event('online'))
    window.dispatchEvent(new PageTransitionEvent('pageshow'))
    document.dispatchEvent(new Event('resume'))
    becomes('visible')
    expect([wakes, others]).toEqual([1, 5])
    stopOthers()
    window.dispatchEvent(new Event('online'))
    expect(others).toBe(5)
  })
})

test('the environment is visible until its page is hidden, and says when that changes', () => {
  const seen: (boolean | undefined)[] = []
  const unsubscribe = environment.onVisibilityChange?.(() => seen.push(environment.isVisible?.()))
  const becomes = (state: string) => {
    fake(document, 'visibilityState', state)
    document.dispatchEvent(new Event('visibilitychange'))
  }
  expect(environment.isVisible?.()).toBe(true)
  becomes('hidden')
  becomes('visible')
  unsubscribe?.()
  becomes('hidden')
  expect(seen).toEqual([false, true])
})

test('the environment is online if the browser says so', () => {
  expect(environment.isOnline()).toBe(true)
  fake(navigator, 'onLine', false)
  expect(environment.isOnline()).toBe(false)
  fake(navigator, 'onLine', undefined)
  expect(environment.isOnline()).toBe(true)
})

test('a timer fires once, a cancelled one never', async () => {
  const calls: string[] = []
  const cancel = environment.setTimer(() => calls.push('cancelled'), 0)
  cancel()
  await new Promise<void>((resolve) => {
    environment.setTimer(() => {
      calls.push('called')
      resolve()
    }, 1)
  })
  expect(calls).toEqual(['called'])
})

test('the environment has a wall clock, a monotonic clock and random numbers', () => {
  const before = Date.now()
  expect(environment.now()).toBeGreaterThanOrEqual(before)
  const first = environment.monotonicNow()
  expect(environment.monotonicNow()).toBeGreaterThanOrEqual(first)
  expect(Math.abs(first - performance.now())).toBeLessThan(60_000)
  expect(environment.random()).not.toBe(environment.random())
  expect(environment.createAbortController().signal.aborted).toBe(false)
})
