import { describe, expect, it, vi } from 'vitest'
import type { ChatAuth } from '../../src/core/chatAuth.js'
import type { EndQuestion } from '../../src/core/options.js'
import { createFakeBrowser } from '../support/fakeBrowser.js'
import { connect } from '../support/tabsOfJane.js'
import { held, never, rejection } from '../support/promises.js'
import { connectedWorld, createWorld, whoIs, type WorldOptions } from '../support/world.js'

const jane = { type: 'user', user: { id: 'jane' } }
const bob = { type: 'user', user: { id: 'bob' } }

/** Jane is connected, and a person answers each question when told. */
async function askingWorld(options: WorldOptions = {}) {
  const asked: (EndQuestion & ReturnType<typeof held<boolean | void>>)[] = []
  const confirmEnd = (question: EndQuestion) => {
    const answer = held<boolean | void>()
    asked.push({ ...question, ...answer })
    return answer.promise
  }
  const world = await connectedWorld({ confirmEnd, ...options })
  const question = () => {
    const last = asked.at(-1)
    if (!last) throw new Error('nobody was asked')
    return last
  }
  return { ...world, world, asked, question }
}

describe('confirmEnd', () => {
  it('is asked before a log-out, with what would be lost, and the session goes on meanwhile', async () => {
    const { world, auth, asked, question, controls } = await askingWorld({ unsaved: () => 3 })
    controls.refuseAll = 40
    controls.provider = 'hold'
    const request = auth.fetch('/')
    await world.settle()
    const leaving = auth.disconnectUser()
    await world.settle()
    expect(question()).toMatchObject({
      action: 'logOut',
      identity: jane,
      next: null,
      sessionId: (world.state() as { sessionId: string }).sessionId,
      heldRequests: 1,
      unsaved: 3,
    })
    expect(question().signal.aborted).toBe(false)
    controls.refuseAll = null
    world.lastCall().resolve(world.mintFor('jane'))
    await world.settle()
    expect(await request).toMatchObject({ status: 200 })
    question().resolve(true)
    await Promise.all([leaving, world.settle()])
    expect([whoIs(world), asked.length]).toEqual(['disconnected', 1])
  })

  it('is waited for without a limit, while tokens are renewed', async () => {
    const { world, auth, question } = await askingWorld()
    const leaving = auth.disconnectUser()
    const { length } = world.calls
    await world.clock.advance(3_600_000)
    expect(whoIs(world)).toBe('jane')
    expect(world.calls.length).toBeGreaterThan(length + 50)
    question().resolve()
    await Promise.all([leaving, world.settle()])
    expect(whoIs(world)).toBe('disconnected')
  })

  const switches: [string, (auth: ChatAuth) => Promise<unknown>, object][] = [
    ['switchUser', (auth) => auth.switchUser({ id: 'bob' }), bob],
    ['connectUser of another user', (auth) => auth.connectUser({ id: 'bob' }), bob],
    [
      'setGuestUser',
      (auth) => auth.setGuestUser({ id: 'v' }),
      { type: 'guest', user: { id: 'v' } },
    ],
    ['connectAnonymousUser', (auth) => auth.connectAnonymousUser(), { type: 'anonymous' }],
  ]

  it.each(switches)('is asked before %s, with who is next', async (_, act, next) => {
    const { world, auth, question } = await askingWorld()
    const switching = act(auth)
    await world.settle()
    expect(question()).toMatchObject({ action: 'switch', identity: jane, next, unsaved: 0 })
    expect(whoIs(world)).toBe('jane')
    question().resolve(true)
    await Promise.all([switching, world.settle()])
    expect(whoIs(world)).not.toBe('jane')
  })

  it.each([['logOut'], ['switch']])('that answers false keeps the session: %s', async (how) => {
    const hook = vi.fn()
    const { world, auth, question } = await askingWorld({ beforeSessionEnd: hook })
    const leaving = rejection(
      how === 'logOut' ? auth.disconnectUser() : auth.switchUser({ id: 'bob' }),
    )
    await world.settle()
    question().resolve(false)
    expect((await leaving).code).toBe('vetoed')
    await world.settle()
    expect([whoIs(world), world.sockets.length]).toEqual(['jane', 1])
    expect(hook).not.toHaveBeenCalled()
    expect(world.typesOf()).not.toContain('session-ended')
  })

  it('is followed by beforeSessionEnd with its limit, which may veto as well', async () => {
    const answers = [false, new Promise<void>(() => {})]
    const hook = vi.fn(() => answers.shift() as Promise<void>)
    const { world, auth, question } = await askingWorld({ beforeSessionEnd: hook })
    const vetoed = rejection(auth.disconnectUser())
    await world.settle()
    expect(hook).not.toHaveBeenCalled()
    question().resolve(true)
    expect((await vetoed).code).toBe('vetoed')
    const leaving = auth.disconnectUser()
    await world.settle()
    question().resolve(true)
    await world.clock.advance(2999)
    expect(whoIs(world)).toBe('jane')
    await Promise.all([world.clock.advance(1), leaving])
    expect(hook).toHaveBeenCalledTimes(2)
  })

  it('is asked once for two log-outs, which have one outcome', async () => {
    const { world, auth, asked, question } = await askingWorld()
    const refused = [auth.disconnectUser(), auth.disconnectUser()].map((call) => rejection(call))
    await world.settle()
    question().resolve(false)
    expect((await Promise.all(refused)).map(({ code }) => code)).toEqual(['vetoed', 'vetoed'])
    expect(asked).toHaveLength(1)
    const leaving = [auth.disconnectUser(), auth.disconnectUser()]
    await world.settle()
    question().resolve(true)
    await Promise.all([...leaving, world.settle()])
    expect([asked.length, whoIs(world)]).toEqual([2, 'disconnected'])
  })

  it('is not asked again where beforeSessionEnd asks for the same end, but after its veto', async () => {
    const answers = [true, false]
    const hook = vi.fn((): boolean => {
      void auth.switchUser({ id: 'bob' }).catch(() => {})
      return answers.pop() ?? true
    })
    const { world, auth, asked, question } = await askingWorld({ beforeSessionEnd: hook })
    for (const times of [1, 2]) {
      const switching = auth.switchUser({ id: 'bob' }).catch(() => {})
      await world.settle()
      expect(asked).toHaveLength(times)
      question().resolve(true)
      await Promise.all([switching, world.settle()])
      expect([asked.length, hook.mock.calls.length]).toEqual([times, times])
    }
    expect(whoIs(world)).toBe('bob')
  })

  it('is asked once for two switches to the same user, and anew for another one', async () => {
    const { world, auth, asked, question } = await askingWorld()
    const toBob = [1, 2].map(() => rejection(auth.switchUser({ id: 'bob' })))
    await world.settle()
    expect(asked).toHaveLength(1)
    const toCarol = auth.switchUser({ id: 'carol' })
    await world.settle()
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false])
    expect((await Promise.all(toBob)).map(({ code }) => code)).toEqual(['superseded', 'superseded'])
    asked[0]?.resolve(true)
    await world.settle()
    expect(whoIs(world)).toBe('jane')
    question().resolve(true)
    await Promise.all([toCarol, world.settle()])
    expect(whoIs(world)).toBe('carol')
  })

  const supersessions: [string, (auth: ChatAuth) => Promise<unknown>, string][] = [
    ['the same user connects', (auth) => auth.connectUser({ id: 'jane' }), 'jane'],
    ['this tab leaves', (auth) => auth.disconnectUser({ thisTabOnly: true }), 'disconnected'],
  ]

  it.each(supersessions)('is withdrawn when %s', async (_, act, who) => {
    const { world, auth, asked, question } = await askingWorld()
    const leaving = rejection(auth.disconnectUser())
    await world.settle()
    await Promise.all([act(auth), world.settle()])
    expect((await leaving).code).toBe('superseded')
    expect(question().signal.aborted).toBe(true)
    expect(question().signal.reason).toMatchObject({ code: 'superseded' })
    question().resolve(true)
    await world.settle()
    expect([whoIs(world), asked.length]).toEqual([who, 1])
  })

  it('is withdrawn when the caller aborts the switch', async () => {
    const { world, auth, question } = await askingWorld()
    const controller = new AbortController()
    const { signal } = controller
    const switching = rejection(auth.switchUser({ id: 'bob' }, undefined, { signal }))
    await world.settle()
    controller.abort(new Error('mine'))
    expect(await switching).toMatchObject({ message: 'mine' })
    expect(question().signal.aborted).toBe(true)
    expect(whoIs(world)).toBe('jane')
  })

  it('delays neither dispose nor leaves anything behind it', async () => {
    const { world, auth, question } = await askingWorld()
    const leaving = rejection(auth.disconnectUser())
    await world.settle()
    auth.dispose()
    expect(question().signal.aborted).toBe(true)
    expect((await leaving).code).toBe('disposed')
    await world.settle()
    expect([world.clock.pendingTimers, world.wakers.size, world.live()]).toEqual([0, 0, []])
  })

  it('does not delay a refusal: the session fails, and the log-out goes on without an answer', async () => {
    const { world, auth, question, controls } = await askingWorld()
    const leaving = auth.disconnectUser()
    await world.settle()
    controls.refuseAll = 43
    const request = rejection(auth.fetch('/'))
    await Promise.all([leaving, request, world.clock.advance(0)])
    expect(world.typesOf()).toContain('session-failed')
    expect(question().signal.aborted).toBe(true)
    expect(world.state()).toEqual({ status: 'disconnected' })
  })

  it('does not delay another tab’s log-out, which asks nobody', async () => {
    const browser = createFakeBrowser()
    const ask = vi.fn<(question: EndQuestion) => Promise<boolean>>(never)
    const [acting, asking, other] = [
      browser.openTab(),
      browser.openTab({ confirmEnd: ask }),
      browser.openTab({ confirmEnd: ask }),
    ]
    for (const tab of [acting, asking, other]) await connect(browser, tab)
    const leaving = rejection(asking.auth.disconnectUser())
    await browser.settle()
    expect([acting, other].map(whoIs)).toEqual(['jane', 'jane'])
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect((await leaving).code).toBe('superseded')
    expect(ask).toHaveBeenCalledOnce()
    expect(ask.mock.calls[0]?.[0].signal.aborted).toBe(true)
    expect([asking, other].map(whoIs)).toEqual(['disconnected', 'disconnected'])
  })

  it('that throws is reported, and keeps the session', async () => {
    const boom = new Error('boom')
    const world = await connectedWorld({ confirmEnd: () => Promise.reject(boom) })
    const leaving = rejection(world.auth.disconnectUser())
    await expect(world.settle()).rejects.toBe(boom)
    expect(await leaving).toMatchObject({ code: 'vetoed', cause: { message: 'boom' } })
    expect(whoIs(world)).toBe('jane')
  })

  it('may reject once its signal is aborted, without a report', async () => {
    const { world, auth, question } = await askingWorld()
    const leaving = rejection(auth.disconnectUser())
    await world.settle()
    await auth.connectUser({ id: 'jane' })
    question().reject(new Error('the dialog was closed'))
    await expect(world.settle()).resolves.toBeUndefined()
    expect((await leaving).code).toBe('superseded')
  })

  it('may call the handle, which then acts as anywhere else', async () => {
    const calls: Promise<unknown>[] = []
    const world = await connectedWorld({
      confirmEnd: () => {
        calls.push(world.auth.disconnectUser(), world.auth.fetch('/'))
        return true
      },
    })
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    await Promise.all(calls)
    expect([whoIs(world), calls.length]).toEqual(['disconnected', 2])
  })

  it('is not asked where nobody is connected, nor where a session has failed', async () => {
    const ask = vi.fn(() => false)
    const world = createWorld({ confirmEnd: ask })
    await world.auth.disconnectUser()
    const connecting = rejection(world.auth.connectUser({ id: 'jane' }))
    await Promise.all([world.auth.disconnectUser(), connecting, world.settle()])
    world.controls.refuseAll = 43
    await Promise.all([rejection(world.auth.connectUser({ id: 'jane' })), world.settle()])
    expect(world.state().status).toBe('failed')
    await Promise.all([world.auth.disconnectUser(), world.settle()])
    expect(ask).not.toHaveBeenCalled()
  })

  it.each([
    [undefined, 0],
    [false, 0],
    [true, 1],
    [7, 7],
    [NaN, 0],
    [-1, 0],
  ])('is told of unsaved data: %s as %d', async (value, told) => {
    const unsaved = () => value as number
    const { world, auth, question } = await askingWorld({ unsaved })
    void rejection(auth.disconnectUser())
    await world.settle()
    expect(question().unsaved).toBe(told)
    question().resolve(false)
    await world.settle()
  })

  it('is asked also where `unsaved` throws, which is reported', async () => {
    const unsaved = () => {
      throw new Error('mine')
    }
    const { world, auth, question } = await askingWorld({ unsaved })
    const leaving = auth.disconnectUser()
    await expect(world.settle()).rejects.toThrow('mine')
    expect(question().unsaved).toBe(0)
    question().resolve(true)
    await Promise.all([leaving, world.settle()])
  })
})
