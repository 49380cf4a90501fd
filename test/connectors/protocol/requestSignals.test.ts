import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { createBrowserEnvironment } from '../../../src/browser/createBrowserEnvironment.js'
import { createRequestSignals } from '../../../src/connectors/protocol/requestSignals.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** Resolves once all objects that `make` left unreachable have been collected. */
async function dropped(make: () => object): Promise<void> {
  const reference = new WeakRef(make())
  while (reference.deref()) {
    // The target of a WeakRef that was created or read is kept until the next task.
    await new Promise((resolve) => setTimeout(resolve))
    collect()
  }
}

function setUp() {
  const session = new AbortController()
  const signalOf = createRequestSignals(createBrowserEnvironment(), session.signal)
  const ended = new Error('The session ended.')
  return { session, signalOf, end: () => session.abort(ended), ended }
}

test('a request in flight is aborted with its session, for the same reason', () => {
  const { signalOf, end, ended } = setUp()
  const { signal } = signalOf(null)
  end()
  expect(signal.reason).toBe(ended)
})

test('a request that is over is not aborted with its session', () => {
  const { signalOf, end } = setUp()
  const { signal, release } = signalOf(undefined)
  release()
  end()
  expect(signal.aborted).toBe(false)
})

test('a body is aborted with its session while a part of it is in use', async () => {
  const { signalOf, end, ended } = setUp()
  const body = {}
  let aborted: unknown = null
  await dropped(() => {
    const { signal, goesOnIn } = signalOf(null)
    signal.addEventListener('abort', () => (aborted = signal.reason))
    const response = {}
    goesOnIn(response, body)
    return response
  })
  end()
  expect(aborted).toBe(ended)
  expect(body).toBeDefined()
})

test('a body that is no longer read is forgotten', async () => {
  const { signalOf } = setUp()
  const forgotten = dropped(() => {
    const { signal, goesOnIn } = signalOf(null)
    goesOnIn({})
    return signal
  })
  await expect(forgotten).resolves.toBeUndefined()
})

test('all requests of a session share one listener on its signal', () => {
  const { session, signalOf } = setUp()
  for (let i = 0; i < 100; i++) signalOf(null)
  expect(getEventListeners(session.signal, 'abort')).toHaveLength(1)
})

test('a request is aborted with its caller’s signal, which gets no listener', () => {
  const { signalOf } = setUp()
  const caller = new AbortController()
  const { signal, goesOnIn } = signalOf(caller.signal)
  goesOnIn({})
  expect(getEventListeners(caller.signal, 'abort')).toEqual([])
  caller.abort(new Error('enough'))
  expect(signal.reason).toEqual(new Error('enough'))
})

test('a caller’s signal of another realm is followed, by one listener for all', () => {
  const { signalOf } = setUp()
  const caller = new new JSDOM('').window.AbortController()
  expect(followed(caller, signalOf)).toEqual(asFollowed)
})

test('a caller’s signal is followed on a platform that cannot combine signals', () => {
  const { signalOf } = setUp()
  const any = Object.getOwnPropertyDescriptor(AbortSignal, 'any') as PropertyDescriptor
  try {
    Reflect.deleteProperty(AbortSignal, 'any')
    const caller = new AbortController()
    const { release } = signalOf(caller.signal)
    signalOf(caller.signal)
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1)
    release()
    expect(followed(caller, signalOf)).toEqual(asFollowed)
  } finally {
    Object.defineProperty(AbortSignal, 'any', any)
  }
})

const enough = new Error('enough')
const asFollowed = [undefined, enough, enough]

/** Abort reasons of a finished request, one in flight and a later one. */
function followed(caller: AbortController, signalOf: ReturnType<typeof createRequestSignals>) {
  const [over, underWay] = [signalOf(caller.signal), signalOf(caller.signal)]
  over.release()
  caller.abort(enough)
  const later = signalOf(caller.signal)
  return [over, underWay, later].map(({ signal }) => signal.reason as unknown)
}
