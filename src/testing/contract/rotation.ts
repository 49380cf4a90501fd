import { nextTask } from '../controls/createManualClock.js'
import { expect } from './expect.js'
import { clientOf, type Contract, type Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

export function testRotation({ test, protocol, hasClock, listen }: Contract): void {
  if (!listen) return

  test('events that come all the while are heard once, in order', async (setUp) => {
    const stage = await setUp()
    const { auth, liveSockets, clock, settle } = stage
    await settle(auth.connectUser(jane))
    const heard: unknown[] = []
    const last = new Promise<void>((resolve) => {
      listen(clientOf(auth), ({ type, nth }) => {
        if (type !== 'tick') return
        heard.push(nth)
        if (nth === null) resolve()
      })
    })
    const tick = tickerOf(stage)
    let sent = 0
    for (let rotation = 1; rotation <= 10; rotation++) {
      const rotating = auth.refreshToken()
      const isRotated = () => liveSockets.length === 1 + 2 * rotation
      for (let more = 20; more > 0 || !isRotated(); more--) {
        await tick(sent++)
        // A `tell` that resolves at once would otherwise leave the line no time to speak.
        await (clock ? clock.advance(5) : nextTask())
      }
      await rotating
    }
    await tick(null)
    await settle(last)
    expect(heard).toEqual([...Array(sent).keys(), null])
  })

  if (!hasClock) return

  protocol(
    'a backend that answers no ping is waited for two seconds, then the old socket goes',
    async (setUp) => {
      const stage = await setUp()
      const { auth, backend, liveSockets, clock, tap, settle } = stage
      await settle(auth.connectUser(jane))
      let isWelcome = true
      tap.rewriteFrames((text) => {
        if (!text.includes('health.check') || text.includes('"me"')) return text
        isWelcome = false
        return '{"type":"other"}'
      })
      await settle(auth.refreshToken())
      await clock?.advance(1900)
      expect(backend.counters.liveSockets).toBe(2)
      await clock?.advance(200)
      expect(isWelcome).toBe(false)
      expect(liveSockets).toEqual([1, 2, 1])
    },
  )

  protocol(
    'a backend that answers no ping, through one refresh after another, never has more than two sockets',
    async (setUp) => {
      const stage = await setUp()
      const { auth, liveSockets, clock, tap, settle } = stage
      await settle(auth.connectUser(jane))
      const heard: unknown[] = []
      listen(clientOf(auth), ({ type, nth }) => {
        if (type === 'tick') heard.push(nth)
      })
      tap.rewriteFrames((text) =>
        text.includes('health.check') && !text.includes('"me"') ? '{"type":"other"}' : text,
      )
      const tick = tickerOf(stage)
      for (let refresh = 1; refresh <= 4; refresh++) {
        await settle(auth.refreshToken())
        await tick(refresh)
        await clock?.advance(600)
      }
      expect(Math.max(...liveSockets)).toBe(2)
      await clock?.advance(20_000)
      expect(liveSockets.at(-1)).toBe(1)
      expect(heard).toEqual([1, 2, 3, 4])
    },
  )

  protocol(
    'a log-out in the middle of it: what only the new socket has said is heard by nobody',
    async (setUp) => {
      const stage = await setUp()
      const { auth, backend, clock, tap, settle } = stage
      await settle(auth.connectUser(jane))
      const heard: unknown[] = []
      listen(clientOf(auth), ({ type }) => {
        if (type === 'tick') heard.push(type)
      })
      let ticks = 0
      tap.rewriteFrames((text) => {
        const isPong = text.includes('health.check') && !text.includes('"me"')
        const isOfOldSocket = text.includes('"tick"') && ++ticks === 1
        return isPong || isOfOldSocket ? '{"type":"other"}' : text
      })
      await settle(auth.refreshToken())
      const tick = tickerOf(stage)
      await tick(1)
      await clock?.advance(100)
      expect([backend.counters.liveSockets, ticks, heard]).toEqual([2, 2, []])
      await settle(auth.disconnectUser())
      expect(heard).toEqual([])
    },
  )
}

/** Tells Jane's sockets an event of the app's server, numbered. */
function tickerOf({ tap }: Stage) {
  return (nth: number | null) => tap.tell('jane', { type: 'tick', nth })
}
