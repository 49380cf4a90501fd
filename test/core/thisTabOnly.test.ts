import { describe, expect, it, vi } from 'vitest'
import { createFakeBrowser } from '../support/fakeBrowser.js'
import { connect, endings, openAsJane } from '../support/tabsOfJane.js'
import { held, never, rejection } from '../support/promises.js'
import { connectedWorld, createWorld, whoIs } from '../support/world.js'

const thisTabOnly = { thisTabOnly: true }

describe('disconnectUser({ thisTabOnly: true })', () => {
  it('ends the session of its tab, and no other one, told or woken', async () => {
    const { browser, acting, other } = await openAsJane()
    await Promise.all([acting.auth.disconnectUser(thisTabOnly), browser.settle()])
    other.wake()
    await browser.settle()
    expect([acting, other].map(whoIs)).toEqual(['disconnected', 'jane'])
    expect([acting, other].map(endings)).toEqual([['this-tab'], []])
    expect(browser.typesPosted()).not.toContain('departure')
    expect(acting.state()).toEqual({ status: 'disconnected' })
  })

  it('leaves the user connectable in its tab, and a later log-out reaches all tabs', async () => {
    const { browser, acting, other } = await openAsJane()
    await Promise.all([acting.auth.disconnectUser(thisTabOnly), browser.settle()])
    await connect(browser, acting)
    expect(whoIs(acting)).toBe('jane')
    await Promise.all([acting.auth.disconnectUser(), browser.settle()])
    expect([acting, other].map(whoIs)).toEqual(['disconnected', 'disconnected'])
  })

  it('in the cleanup of an effect that runs twice disconnects nobody', async () => {
    const browser = createFakeBrowser()
    const [first, second] = [browser.openTab(), browser.openTab()]
    await connect(browser, first)
    const replaced = rejection(second.auth.connectUser({ id: 'jane' }))
    const left = second.auth.disconnectUser(thisTabOnly)
    await Promise.all([left, second.auth.connectUser({ id: 'jane' }), browser.settle()])
    expect((await replaced).code).toBe('superseded')
    expect([first, second].map(whoIs)).toEqual(['jane', 'jane'])
    expect(second.live()).toHaveLength(1)
  })

  it('withdraws a switch in progress, and leaves the tabs of both users alone', async () => {
    const { browser, acting, other } = await openAsJane()
    const bob = browser.openTab()
    await connect(browser, bob, 'bob')
    acting.controls.provider = 'hold'
    const goBack = { goBack: true }
    const switching = rejection(acting.auth.switchUser({ id: 'carol' }, undefined, goBack))
    await browser.settle()
    await Promise.all([acting.auth.disconnectUser(thisTabOnly), browser.settle()])
    expect((await switching).code).toBe('superseded')
    expect([acting, other, bob].map(whoIs)).toEqual(['disconnected', 'jane', 'bob'])
    acting.controls.provider = 'mint'
    await connect(browser, acting, 'dave')
    expect([other, bob].map(whoIs)).toEqual(['jane', 'bob'])
  })

  it('asks nobody, and is told to afterSessionEnd', async () => {
    const asked = vi.fn(() => false)
    const afterSessionEnd = vi.fn()
    const world = await connectedWorld({
      confirmEnd: asked,
      beforeSessionEnd: asked,
      afterSessionEnd,
    })
    await Promise.all([world.auth.disconnectUser(thisTabOnly), world.settle()])
    expect(asked).not.toHaveBeenCalled()
    expect(afterSessionEnd).toHaveBeenCalledOnce()
    expect(world.live()).toEqual([])
  })

  it('keeps a stored guest, whom the next setGuestUser restores', async () => {
    const kept = new Map<string, string>()
    const guestStorage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
    const world = createWorld({ guestStorage })
    await Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()])
    await Promise.all([world.auth.disconnectUser(thisTabOnly), world.settle()])
    await Promise.all([world.auth.setGuestUser({ id: 'v' }), world.settle()])
    expect([whoIs(world), world.guestsMade()]).toEqual(['guest-1-v', 1])
  })

  it('does nothing where nobody is connected', async () => {
    const world = createWorld()
    await world.auth.disconnectUser(thisTabOnly)
    expect([world.state(), world.events]).toEqual([{ status: 'disconnected' }, []])
  })

  it.each([[{}], [{ thisTabOnly: false }], [new Event('click')]])(
    'is not meant by other options, such as a click event: %o',
    async (options) => {
      const { browser, acting, other } = await openAsJane()
      await Promise.all([acting.auth.disconnectUser(options as object), browser.settle()])
      expect(whoIs(other)).toBe('disconnected')
    },
  )
})

describe('a log-out whose beforeSessionEnd is still asked', () => {
  it.each(['disconnectUser', 'dispose'] as const)(
    'remains a log-out when its tab leaves by %s',
    async (how) => {
      const browser = createFakeBrowser()
      const acting = browser.openTab({ beforeSessionEnd: never })
      const other = browser.openTab()
      await connect(browser, acting)
      await connect(browser, other)
      const leaving = rejection(acting.auth.disconnectUser())
      await browser.settle()
      expect(whoIs(other)).toBe('jane')
      if (how === 'dispose') acting.auth.dispose()
      else void acting.auth.disconnectUser(thisTabOnly)
      await browser.settle()
      expect([acting, other].map(whoIs)).toEqual(['disconnected', 'disconnected'])
      expect((await leaving).code).toBe(how === 'dispose' ? 'disposed' : 'superseded')
    },
  )

  it('no longer is one once the same user has connected again', async () => {
    const hook = held<void>()
    const browser = createFakeBrowser()
    const acting = browser.openTab({ beforeSessionEnd: () => hook.promise })
    const other = browser.openTab()
    await connect(browser, acting)
    await connect(browser, other)
    const leaving = rejection(acting.auth.disconnectUser())
    await connect(browser, acting)
    await Promise.all([acting.auth.disconnectUser(thisTabOnly), browser.settle()])
    expect((await leaving).code).toBe('superseded')
    expect([acting, other].map(whoIs)).toEqual(['disconnected', 'jane'])
  })
})

describe('a log-out that the same user’s connect follows at once', () => {
  const clean = async (how?: { thisTabOnly: boolean }, next = 'jane') => {
    const warn = vi.fn()
    const world = createWorld({ warn })
    for (let times = 0; times < 2; times++) {
      void world.auth.connectUser({ id: 'jane' }).catch(() => {})
      void world.auth.disconnectUser(how)
      await Promise.all([world.auth.connectUser({ id: next }), world.settle()])
    }
    return warn
  }

  it('is named to the developer, once, as what the cleanup of an effect does', async () => {
    const warn = await clean()
    expect(warn).toHaveBeenCalledOnce()
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('{ thisTabOnly: true }'))
  })

  it('is not named where it is for this tab only, or another user connects', async () => {
    expect(await clean({ thisTabOnly: true })).not.toHaveBeenCalled()
    expect(await clean(undefined, 'bob')).not.toHaveBeenCalled()
  })

  it('is not named where the connect comes later', async () => {
    const warn = vi.fn()
    const world = await connectedWorld({ warn })
    const leaving = world.auth.disconnectUser()
    await Promise.resolve()
    await Promise.all([
      leaving,
      world.auth.connectUser({ id: 'jane' }).catch(() => {}),
      world.settle(),
    ])
    expect(warn).not.toHaveBeenCalled()
  })
})
