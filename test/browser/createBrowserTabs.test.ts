import { afterEach, describe, expect, test, vi } from 'vitest'
import { createBrowserEnvironment } from '../../src/browser/createBrowserEnvironment.js'
import type { TabEnvironment } from '../../src/core/environment.js'

/** Creates a tab; for the browser, another channel in the same page is equivalent. */
function openTab(): TabEnvironment {
  const { tabs } = createBrowserEnvironment()
  if (!tabs) throw new Error('This browser has no tabs.')
  return tabs
}

const [here, there] = [openTab(), openTab()]
const letGos: (() => void)[] = []

afterEach(() => {
  for (const letGo of letGos.splice(0)) letGo()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  localStorage.clear()
})

/** Resolves when the lock is granted; releases it at the end of the test at the latest. */
function hold(tab: TabEnvironment, name: string) {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = tab.holdLock(name, resolve)
  })
  letGos.push(letGo)
  return { held, letGo }
}

const locksOf = async (name: string) => {
  const { held = [], pending = [] } = await navigator.locks.query()
  const count = (locks: LockInfo[]) => locks.filter((lock) => lock.name === name).length
  return [count(held), count(pending)]
}

/** Resolves after all earlier messages, because a channel delivers in order. */
function heard(tab: TabEnvironment, name: string) {
  const messages: unknown[] = []
  let onEnd = () => {}
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve
  })
  const channel = tab.openChannel(name, (message) => {
    if (message === 'end') onEnd()
    else messages.push(message)
  })
  letGos.push(() => channel.close())
  return { messages, ended, channel }
}

describe('a channel', () => {
  test('delivers messages to the other channels of its name only', async () => {
    const listener = heard(there, 'a')
    const other = heard(there, 'b')
    const own = heard(here, 'a')
    own.channel.post({ some: ['thing', null] })
    own.channel.post('end')
    heard(here, 'b').channel.post('end')
    await Promise.all([listener.ended, other.ended])
    expect([listener.messages, other.messages, own.messages]).toEqual([
      [{ some: ['thing', null] }],
      [],
      [],
    ])
  })

  test('delivers a message that was posted right before it was closed', async () => {
    const listener = heard(there, 'a')
    const channel = here.openChannel('a', () => {})
    channel.post('last words')
    channel.close()
    channel.post('words from the grave')
    heard(here, 'a').channel.post('end')
    await listener.ended
    expect(listener.messages).toEqual(['last words'])
  })

  test('does not throw for a message that cannot be cloned', async () => {
    const listener = heard(there, 'a')
    const { channel } = heard(here, 'a')
    channel.post(() => 'a function')
    channel.post('end')
    await listener.ended
    expect(listener.messages).toEqual([])
  })

  test.each([
    ['is missing', undefined],
    [
      'is blocked',
      () => {
        throw new DOMException('blocked', 'SecurityError')
      },
    ],
  ])('does nothing where BroadcastChannel %s', (_, replacement) => {
    vi.stubGlobal('BroadcastChannel', replacement)
    const channel = here.openChannel('a', () => {})
    channel.post('nobody hears this')
    channel.close()
    expect(channel).toBeDefined()
  })
})

test('no channel keeps a Node process alive', () => {
  const unref = vi.fn()
  class OfNode extends BroadcastChannel {
    unref() {
      unref(this.name)
    }
  }
  vi.stubGlobal('BroadcastChannel', OfNode)
  here.openChannel('a', () => {}).close()
  expect(unref).toHaveBeenCalledExactlyOnceWith('a')
})

describe('a lock', () => {
  test('is granted to one request at a time, in order', async () => {
    const first = hold(here, 'a')
    await first.held
    const second = hold(there, 'a')
    expect(await locksOf('a')).toEqual([1, 1])
    first.letGo()
    await second.held
    expect(await locksOf('a')).toEqual([1, 0])
    second.letGo()
    await hold(here, 'a').held
  })

  test('is kept until it is released', async () => {
    await hold(here, 'a').held
    // Each query makes a round trip to the browser, as a release would.
    for (let times = 0; times < 3; times++) expect(await locksOf('a')).toEqual([1, 0])
  })

  test('of another name is free', async () => {
    await hold(here, 'a').held
    await hold(there, 'b').held
    expect(await locksOf('b')).toEqual([1, 0])
  })

  test('is not granted to a request that was aborted while it waited', async () => {
    const holder = hold(here, 'a')
    await holder.held
    const onHeld = vi.fn()
    there.holdLock('a', onHeld)()
    const next = hold(here, 'a')
    expect(await locksOf('a')).toEqual([1, 1])
    holder.letGo()
    await next.held
    expect(onHeld).not.toHaveBeenCalled()
  })

  test('that is aborted right after the request is not granted', async () => {
    const onHeld = vi.fn()
    here.holdLock('a', onHeld)()
    await hold(there, 'a').held
    expect(await locksOf('a')).toEqual([1, 0])
    expect(onHeld).not.toHaveBeenCalled()
  })

  test('of a page that is gone is released', async () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const { navigator: other } = frame.contentWindow as Window
    await new Promise<void>((resolve) => {
      void other.locks.request('a', () => {
        resolve()
        return new Promise(() => {})
      })
    })
    const next = hold(here, 'a')
    expect(await locksOf('a')).toEqual([1, 1])
    frame.remove()
    await next.held
  })

  test.each([
    ['are missing', undefined],
    [
      'throw',
      {
        request() {
          throw new DOMException('blocked', 'SecurityError')
        },
      },
    ],
    ['refuse', { request: () => Promise.reject(new DOMException('blocked', 'SecurityError')) }],
  ])('is held at once where Web Locks %s', async (_, locks) => {
    vi.spyOn(navigator, 'locks', 'get').mockReturnValue(locks as never)
    await Promise.all([hold(here, 'a').held, hold(there, 'a').held])
    expect(navigator.locks).toBe(locks)
  })

  test('is granted at once without channels', async () => {
    await hold(there, 'a').held
    vi.stubGlobal('BroadcastChannel', undefined)
    await hold(here, 'a').held
    expect(await locksOf('a')).toEqual([1, 0])
  })
})

describe('a tab that asks who is there', () => {
  const isAnyoneThere = (prefix: string) => here.isAnyoneThere?.(prefix)

  test('is told of locks that are held under names with that beginning', async () => {
    await hold(there, 'a 1').held
    expect(await isAnyoneThere('a ')).toBe(true)
    expect(await isAnyoneThere('b ')).toBe(false)
    expect(await isAnyoneThere(' 1')).toBe(false)
  })

  test('is not told of one that it has let go of in the same moment', async () => {
    const { held, letGo } = hold(here, 'a 1')
    await held
    letGo()
    expect(await isAnyoneThere('a ')).toBe(false)
    await hold(there, 'a 1').held
    expect(await isAnyoneThere('a ')).toBe(true)
  })

  test.each([
    ['are missing', undefined],
    [
      'throw',
      {
        query() {
          throw new DOMException('blocked', 'SecurityError')
        },
      },
    ],
    ['refuse', { query: () => Promise.reject(new DOMException('blocked', 'SecurityError')) }],
    ['say nothing', { query: () => Promise.resolve({}) }],
  ])('hears of nobody where Web Locks %s', async (_, locks) => {
    vi.spyOn(navigator, 'locks', 'get').mockReturnValue(locks as never)
    expect(await isAnyoneThere('')).toBe(false)
  })

  test('hears of nobody without channels, over which nobody could answer', async () => {
    await hold(there, 'a 1').held
    vi.stubGlobal('BroadcastChannel', undefined)
    expect(await isAnyoneThere('a ')).toBe(false)
  })
})

describe('a marker', () => {
  test('is read by all tabs, and survives them', () => {
    expect(here.readMarker('a')).toBeNull()
    here.writeMarker('a', 'one')
    here.writeMarker('a', 'two')
    expect([there.readMarker('a'), openTab().readMarker('a'), there.readMarker('b')]).toEqual([
      'two',
      'two',
      null,
    ])
  })

  const blocked = () => {
    throw new DOMException('blocked', 'SecurityError')
  }
  test('is missing if storage is blocked', () => {
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(blocked)
    here.writeMarker('a', 'one')
    expect(here.readMarker('a')).toBeNull()
  })

  test('is missing if storage is full, or fails', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    here.writeMarker('a', 'one')
    expect(here.readMarker('a')).toBeNull()
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(blocked)
    expect(here.readMarker('a')).toBeNull()
  })
})
