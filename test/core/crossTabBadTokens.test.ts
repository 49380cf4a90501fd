import { describe, expect, it } from 'vitest'
import type { RefusalCode } from '../../src/core/connector.js'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { connect, openAsJane, callsOf, statusOf } from '../support/tabsOfJane.js'
import { held, rejection } from '../support/promises.js'
import { mint, whoIs } from '../support/world.js'

type Browser = ReturnType<typeof createFakeBrowser>

const codes: RefusalCode[] = [5, 40, 41, 42, 43]

const tokenOf = (tab: FakeTab) => tab.live().at(-1)?.token
const typed = (browser: Browser, type: string) =>
  browser.typesPosted().filter((posted) => posted === type)

/** Posts a token as another tab would that has had it accepted. */
function lend(browser: Browser, token: unknown) {
  const name = browser.posted[0]?.name ?? ''
  const channel = browser.openTab().environment.tabs?.openChannel(name, () => {})
  channel?.post({ type: 'token', token })
  channel?.close()
  return browser.settle()
}

/** As `lend`, right before the tabs of `openAtRest` renew their tokens, and take it in place of a call. */
async function lendForRenewal(browser: Browser, make: () => unknown) {
  await browser.clock.advance(40_900)
  await lend(browser, make())
  await browser.clock.advance(100)
}

/** Its provider is down, and its renewal has failed: it takes any other token at once. */
async function failRenewal(browser: Browser, tab: FakeTab) {
  tab.controls.provider = () => Promise.reject(new Error('down'))
  await browser.clock.advance(42_000)
}

/** Two tabs whose turns are over, the first of which was connected first. */
async function openAtRest() {
  const all = await openAsJane()
  await all.browser.clock.advance(1000)
  return all
}

describe('a token that a tab is given', () => {
  it('is told to the others once its socket is accepted, and not before', async () => {
    const browser = createFakeBrowser()
    const tab = browser.openTab()
    const door = held<never>()
    tab.controls.openFault = () => door.promise
    void tab.auth.connectUser({ id: 'jane' }).catch(() => {})
    await browser.settle()
    expect(tab.calls).toHaveLength(1)
    expect(typed(browser, 'token')).toEqual([])
    tab.controls.openFault = null
    door.reject(new Error('no answer'))
    await browser.clock.advance(1000)
    expect(statusOf(tab)).toBe('connected')
    expect(typed(browser, 'token')).toEqual(['token'])
  })

  it('is told once a request is accepted, where the socket cannot be opened anew', async () => {
    const { browser, acting } = await openAtRest()
    acting.controls.openFault = () => new Promise(() => {})
    await Promise.all([acting.auth.refreshToken(), browser.settle()])
    const before = typed(browser, 'token').length
    await Promise.all([acting.auth.fetch('/'), acting.auth.fetch('/'), browser.settle()])
    expect(typed(browser, 'token')).toHaveLength(before + 1)
  })

  it('is not told when it is accepted after it has been replaced', async () => {
    const { browser, acting } = await openAtRest()
    acting.controls.openFault = () => new Promise(() => {})
    await Promise.all([acting.auth.refreshToken(), browser.settle()])
    const gate = held<void>()
    acting.controls.requestGate = gate.promise
    const asked = acting.auth.fetch('/')
    await browser.settle()
    await Promise.all([acting.auth.refreshToken(), browser.settle()])
    const { length } = browser.posted
    gate.resolve()
    await Promise.all([asked, browser.settle()])
    expect(browser.posted).toHaveLength(length)
  })

  it('keeps its turn for 10 s where the backend does not answer, and the next tab then calls', async () => {
    const browser = createFakeBrowser()
    const [first, second] = [
      browser.openTab({ providerTimeoutMs: 20_000 }),
      browser.openTab({ providerTimeoutMs: 20_000 }),
    ]
    first.controls.openFault = () => new Promise(() => {})
    for (const { auth } of [first, second]) void auth.connectUser({ id: 'jane' }).catch(() => {})
    await browser.clock.advance(9999)
    expect(callsOf([first, second])).toHaveLength(1)
    await browser.clock.advance(1)
    expect(second.calls).toHaveLength(1)
    expect(statusOf(second)).toBe('connected')
  })

  it('is told by no session that has ended', async () => {
    const { browser, acting } = await openAtRest()
    acting.controls.openFault = () => new Promise(() => {})
    await Promise.all([acting.auth.refreshToken(), browser.settle()])
    const gate = held<void>()
    acting.controls.requestGate = gate.promise
    void acting.auth.fetch('/').catch(() => {})
    await browser.settle()
    acting.auth.dispose()
    const { length } = browser.posted
    gate.resolve()
    await browser.settle()
    expect(browser.posted).toHaveLength(length)
    expect(browser.turns()).toBe(0)
  })
})

describe('one tab of eleven', () => {
  it.each(codes)(
    'that is given a token refused with %s spoils none of the other ten',
    async (code) => {
      const browser = createFakeBrowser()
      const bad = browser.openTab()
      bad.controls.provider = ({ userId }) => bad.mintBad(userId, code)
      const rest = Array.from({ length: 10 }, () => browser.openTab())
      for (const { auth } of [bad, ...rest]) void auth.connectUser({ id: 'jane' }).catch(() => {})
      await browser.clock.advance(40_000)
      expect(rest.map(statusOf)).toEqual(Array(10).fill('connected'))
      expect(rest.flatMap((tab) => tab.typesOf())).not.toContain('token-refused')
      expect(callsOf(rest).length).toBeLessThanOrEqual(2)
    },
  )

  it('whose renewal brings a token with a wrong signature ends as it would alone', async () => {
    const browser = createFakeBrowser()
    const tabs = Array.from({ length: 11 }, () => browser.openTab())
    for (const tab of tabs) await connect(browser, tab)
    const [bad, ...rest] = tabs as [FakeTab, ...FakeTab[]]
    await browser.clock.advance(1000)
    bad.controls.provider = ({ userId }) => bad.mintBad(userId)
    void bad.auth.refreshToken().catch(() => {})
    await browser.clock.advance(5000)
    expect(bad.state()).toMatchObject({
      status: 'failed',
      error: { code: 'token-signature-invalid' },
    })
    await browser.clock.advance(120_000)
    expect(rest.map(statusOf)).toEqual(Array(10).fill('connected'))
    expect(rest.flatMap((tab) => tab.typesOf())).not.toContain('token-refused')
  })
})

describe('a token from another tab', () => {
  it.each(codes)('that is refused with %s costs one call of the own provider', async (code) => {
    const { browser, acting, other } = await openAtRest()
    const own = tokenOf(other)
    const before = callsOf([acting, other]).length
    await lendForRenewal(browser, () => other.mintBad('jane', code))
    await browser.clock.advance(2000)
    for (const tab of [acting, other]) {
      expect([whoIs(tab), statusOf(tab)]).toEqual(['jane', 'connected'])
      expect((await tab.auth.fetch('/')).status).toBe(200)
    }
    // The tabs take turns at that as well.
    expect(callsOf([acting, other])).toHaveLength(before + 1)
    expect(tokenOf(other)).not.toBe(own)
    expect(other.typesOf()).not.toContain('connection-lost')
  })

  it('that is refused is not taken again', async () => {
    const { browser, acting, other } = await openAtRest()
    acting.auth.dispose()
    await failRenewal(browser, other)
    // Without `iat` they are never older than the one held.
    const bad = [1, 2].map(() => mint({ user_id: 'jane', bad: 43 }))
    for (const token of bad) {
      await lend(browser, token)
      await browser.clock.advance(2000)
    }
    const refusals = () => other.typesOf().filter((type) => type === 'token-refused').length
    expect(refusals()).toBe(2)
    const { length } = other.calls
    for (const token of [...bad, ...bad]) {
      await lend(browser, token)
      await browser.clock.advance(100)
    }
    expect([refusals(), other.calls.length]).toEqual([2, length])
  })

  it('that is refused gives way to the good one before it, though the provider is down', async () => {
    const { browser, acting, other } = await openAtRest()
    acting.auth.dispose()
    const own = tokenOf(other)
    other.controls.provider = () => Promise.reject(new Error('down'))
    const { expiresAt } = (other.state() as { token: { expiresAt: Date } }).token
    await lendForRenewal(browser, () => other.mintBad('jane'))
    await browser.clock.advance(2000)
    expect([statusOf(other), tokenOf(other)]).toEqual(['connected', own])
    expect((await other.auth.fetch('/')).status).toBe(200)
    expect(other.state()).toMatchObject({ token: { expiresAt, status: 'retrying' } })
    other.controls.provider = 'mint'
    await browser.clock.advance(50_000)
    expect(statusOf(other)).toBe('connected')
    expect(tokenOf(other)).not.toBe(own)
  })

  it('that is refused after another unproven one gives way to the last that was accepted', async () => {
    const { browser, acting, other } = await openAtRest()
    acting.auth.dispose()
    const own = tokenOf(other)
    await failRenewal(browser, other)
    other.controls.openFault = () => new Promise(() => {})
    for (const token of [other.mintBad('jane'), other.mintBad('jane')]) await lend(browser, token)
    const [response] = await Promise.all([other.auth.fetch('/'), browser.settle()])
    expect(response.status).toBe(200)
    expect(other.requests.map(({ outcome }) => outcome)).toEqual([43, 'taken'])
    expect(other.requests.at(-1)?.token).toBe(own)
  })

  it('that is refused in place of a dead one leaves the session to its own provider', async () => {
    const { browser, acting, other } = await openAtRest()
    acting.auth.dispose()
    other.controls.provider = 'hold'
    await browser.clock.advance(58_000)
    await lend(browser, other.mintBad('jane'))
    await browser.clock.advance(2000)
    other.lastCall().resolve(other.mintFor('jane'))
    await browser.settle()
    expect(statusOf(other)).toBe('connected')
    expect((await other.auth.fetch('/')).status).toBe(200)
  })

  it.each(codes)(
    'that is refused with %s, and comes of a clock a day ahead, tells nothing of the time',
    async (bad) => {
      const { browser, acting, other } = await openAtRest()
      acting.auth.dispose()
      const iat = Math.floor(other.serverNow() / 1000) + 86_400
      const ahead = () => mint({ user_id: 'jane', iat, exp: iat + 60, bad })
      await lendForRenewal(browser, ahead)
      await browser.clock.advance(2000)
      expect([statusOf(other), other.calls.length]).toEqual(['connected', 1])
      // As it wakes with a dead token: there is nothing to go back to.
      other.controls.provider = 'hold'
      await browser.clock.advance(58_000)
      await lend(browser, ahead())
      await browser.clock.advance(2000)
      other.lastCall().resolve(other.mintFor('jane'))
      await browser.settle()
      expect(statusOf(other)).toBe('connected')
      expect((await other.auth.fetch('/')).status).toBe(200)
      const failures = other.events.flatMap((e) =>
        e.type === 'token-request-failed' ? [e.code] : [],
      )
      expect(new Set(failures)).toEqual(new Set(['token-provider-timeout']))
    },
  )

  it('that is refused between its welcome and the state leaves no session without a socket', async () => {
    const { browser, acting, other } = await openAtRest()
    acting.auth.dispose()
    const own = tokenOf(other)
    other.controls.provider = 'hold'
    other.controls.lossAtOpen = 43
    await lendForRenewal(browser, () => other.mintFor('jane'))
    expect(other.typesOf()).toContain('token-refused')
    expect(statusOf(other)).toBe('connected')
    expect(tokenOf(other)).toBe(own)
  })

  it('that was accepted leaves nothing of the one before it to go back to', async () => {
    const { browser, acting, other } = await openAtRest()
    await Promise.all([acting.auth.refreshToken(), browser.settle()])
    await browser.clock.advance(41_000)
    const token = tokenOf(other)
    expect(token).toBe(tokenOf(acting))
    acting.auth.dispose()
    other.revoke(token ?? '')
    other.controls.provider = 'hold'
    const asked = other.auth.fetch('/')
    await browser.clock.advance(1000)
    expect(other.requests.map(({ outcome }) => outcome)).toEqual([40])
    other.lastCall().resolve(other.mintFor('jane'))
    await Promise.all([asked, browser.settle()])
    expect(other.requests.map(({ outcome }) => outcome)).toEqual([40, 'taken'])
  })

  it('that was accepted and is refused later is replaced by the own provider once', async () => {
    const { browser, acting, other } = await openAtRest()
    expect(other.calls).toHaveLength(0)
    acting.auth.dispose()
    other.controls.refuseAll = 43
    other.controls.provider = 'hold'
    const asked = other.auth.fetch('/')
    await browser.clock.advance(1000)
    other.controls.refuseAll = null
    other.lastCall().resolve(other.mintFor('jane'))
    await Promise.all([asked, browser.settle()])
    expect([statusOf(other), other.calls.length]).toEqual(['connected', 1])
    other.controls.refuseAll = 43
    await Promise.all([rejection(other.auth.fetch('/')), browser.settle()])
    expect(statusOf(other)).toBe('failed')
  })
})
