import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatAuthError, isChatAuthError } from '../../src/core/errors.js'
import { createFakeBrowser, type FakeTab } from '../support/fakeBrowser.js'
import { fuzzParameters } from '../support/fuzzParameters.js'
import { storageEdits } from '../support/storageEdits.js'
import { canary, mint, payloadOf } from '../support/world.js'

/**
 * Three tabs of one browser against a model: two users, guests and anonymous ones, in random
 * interleavings; the guarantees are checked after every step. A failure prints its seed and path:
 * `FC_SEED=… FC_PATH=… npx vitest run --project core test/core/tabs.model` runs just that one again.
 */
const parameters = fuzzParameters(1000)

const thisTabOnly = { thisTabOnly: true }
const holdTimeoutMs = 30_000
const providerTimeoutMs = 10_000

interface Sent {
  readonly sentAtMs: number
  outcome: 'pending' | 'answered' | 'rejected'
}

/** Someone was logged out of all tabs, or another user took their place. */
interface Departure {
  readonly who: string
  readonly next: string | null
}

/** What the model knows of a tab: who should be there, and everything that must still settle. */
interface Model {
  wanted: string | null
  /** How many departures there had been when they came. */
  sinceDeparture: number
  readonly intents: { isSettled: boolean }[]
  readonly sent: Sent[]
  readonly errors: unknown[]
}

interface Play {
  readonly browser: ReturnType<typeof createFakeBrowser>
  readonly tabs: FakeTab[]
  readonly models: Map<FakeTab, Model>
  readonly departures: Departure[]
  opened: number
  /** Whether the storage has been cleared or edited. */
  isDisturbed: boolean
}

type Step = (tab: FakeTab, model: Model, play: Play) => void | Promise<void>

const command = (label: string, step: Step) => ({ label, step })

/** The one who is there. Each tab's guest is another person, so that only users concern the others. */
function whoIs({ state }: FakeTab): string | null {
  const now = state()
  if (!('identity' in now) || now.status === 'disconnecting') return null
  return now.identity.type === 'user' ? now.identity.user.id : now.identity.type
}

const isUser = (who: string | null): who is string => who === 'jane' || who === 'bob'

type Act = (tab: FakeTab) => Promise<unknown>

function intend(who: string | null, act: Act, isDeparture = true): Step {
  return async (tab, model, play) => {
    const before = whoIs(tab)
    const intent = { isSettled: false }
    model.intents.push(intent)
    act(tab)
      .catch((error: unknown) => void model.errors.push(error))
      .finally(() => {
        intent.isSettled = true
      })
    await tab.settle()
    const { tabs, departures } = play
    if (isDeparture && before !== who && isUser(before))
      departures.push({ who: before, next: isUser(who) ? who : null })
    model.wanted = who
    model.sinceDeparture = departures.length
    for (const other of tabs) if (other.life() === 'running') followDepartures(other, play)
  }
}

/** Where the departures since this tab's user came should have led it by now. */
function followDepartures(tab: FakeTab, play: Play): void {
  const { models, departures } = play
  const model = modelOf(tab, models)
  const after = model.sinceDeparture
  const index = departures.findLastIndex(({ who }, i) => who === model.wanted && i >= after)
  const departure = departures[index]
  if (!departure) return
  model.wanted = departure.next
  model.sinceDeparture = index + 1
  followDepartures(tab, play)
}

function modelOf(tab: FakeTab, models: Play['models']): Model {
  const model = models.get(tab)
  if (!model) throw new Error('a tab without a model')
  return model
}

const tryTo =
  (act: (tab: FakeTab) => Promise<unknown>): Step =>
  (tab, model) => {
    act(tab).catch((error: unknown) => void model.errors.push(error))
  }

const send: Step = (tab, model) => {
  const sent: Sent = { sentAtMs: tab.clock.monotonicNow(), outcome: 'pending' }
  model.sent.push(sent)
  tab.auth.fetch('/').then(
    () => {
      sent.outcome = 'answered'
    },
    (error: unknown) => {
      sent.outcome = 'rejected'
      model.errors.push(error)
    },
  )
}

const provide = (provider: FakeTab['controls']['provider']): Step => {
  return ({ controls }) => {
    controls.provider = provider
  }
}

const openFault = () => Promise.reject(new ChatAuthError('connection-failed'))

const acts = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('jane', 'jane', 'bob').map((id) =>
      command(
        `connect ${id}`,
        intend(id, ({ auth }) => auth.connectUser({ id })),
      ),
    ),
  },
  ...(
    [
      [1, 'guest', intend('guest', ({ auth }) => auth.setGuestUser({ id: 'v' }))],
      [1, 'anonymous', intend('anonymous', ({ auth }) => auth.connectAnonymousUser())],
      [2, 'log out', intend(null, ({ auth }) => auth.disconnectUser())],
      [1, 'leave', intend(null, ({ auth }) => auth.disconnectUser(thisTabOnly), false)],
      [5, 'request', send],
      [1, 'refresh', tryTo(({ auth }) => auth.refreshToken())],
      [1, 'retry', tryTo(({ auth }) => auth.retry())],
      [2, 'freeze', (tab) => tab.freeze()],
      [1, 'wake', (tab) => tab.wake()],
      [3, 'provider mints', provide('mint')],
      [3, 'provider hangs', provide('hold')],
      [1, 'provider fails', provide(() => Promise.reject(new Error('down')))],
      [
        1,
        'provider says no',
        provide(() => Promise.reject(Object.assign(new Error(), { status: 403 }))),
      ],
      [1, 'provider lies', provide(() => mint({ user_id: 'mallory' }))],
      [
        3,
        'hung calls answer',
        (tab) => tab.calls.forEach((call) => call.resolve(tab.mintFor(call.userId))),
      ],
      [
        1,
        'hung calls fail',
        ({ calls }) => calls.forEach((call) => call.reject(new Error('down'))),
      ],
      [1, 'backend down', ({ controls }) => void (controls.openFault = openFault)],
      [1, 'backend up', ({ controls }) => void (controls.openFault = null)],
      [1, 'socket drops', (tab) => tab.live().at(-1)?.drop()],
      [1, 'socket refused', (tab) => tab.live().at(-1)?.drop(40)],
      [
        2,
        'provider gives bad tokens',
        (tab) => {
          tab.controls.provider = ({ userId }) => tab.mintBad(userId)
        },
      ],
      [1, 'all tokens 43', ({ controls }) => void (controls.refuseAll = 43)],
      [1, 'no token refused', ({ controls }) => void (controls.refuseAll = null)],
    ] satisfies [number, string, Step][]
  ).map(([weight, label, step]) => ({
    weight,
    arbitrary: fc.constant(command(label, step)),
  })),
)

const steps = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(fc.nat(2), acts).map(([index, { label, step }]) => ({
      toString: () => `${index}: ${label}`,
      async run(play: Play) {
        const tab = play.tabs[index]
        if (tab?.life() === 'running') await step(tab, modelOf(tab, play.models), play)
      },
    })),
  },
  {
    weight: 3,
    arbitrary: fc.nat(2).map((index) => ({
      toString: () => `${index}: thaw`,
      run(play: Play) {
        const tab = play.tabs[index]
        return tab?.life() === 'frozen' ? thaw(tab, play) : undefined
      },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.nat(2).map((index) => ({
      toString: () => `${index}: crash and reopen`,
      run(play: Play) {
        play.tabs[index]?.die()
        open(play, index)
      },
    })),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom(1, 400, 600, 5000, 11_000, 31_000, 100_000).map((ms) => ({
      toString: () => `${ms} ms`,
      run: ({ browser }: Play) => browser.clock.advance(ms),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...storageEdits).map(([label, edit]) => ({
      toString: () => `${label} storage`,
      run(play: Play) {
        edit(play.browser.storage)
        play.isDisturbed = true
      },
    })),
  },
  {
    weight: 2,
    arbitrary: fc.constant({
      toString: () => 'revoke',
      run({ tabs }: Play) {
        const tokens = tabs.flatMap(({ sockets }) => sockets.map(({ token }) => token))
        for (const tab of tabs) tab.revoke(...tokens.filter(Boolean))
      },
    }),
  },
)

async function thaw(tab: FakeTab, play: Play): Promise<void> {
  const model = modelOf(tab, play.models)
  const { wanted, sinceDeparture } = model
  const hasFailed = tab.state().status === 'failed'
  const endingsBefore = tab.events.filter(({ type }) => type === 'session-ended').length
  tab.thaw()
  followDepartures(tab, play)
  if (model.sinceDeparture === sinceDeparture || !play.isDisturbed) return
  // That its user left it has heard at least; who came after them may be noted no more.
  await play.browser.settle()
  const endings = tab.events.filter(({ type }) => type === 'session-ended').length
  // A session that failed was over already, and has told so.
  if (isUser(wanted) && !hasFailed) expect(endings).toBeGreaterThan(endingsBefore)
  model.wanted = whoIs(tab)
  model.sinceDeparture = play.departures.length
}

function open(play: Play, index: number): void {
  const tab = play.browser.openTab({ holdTimeoutMs, providerTimeoutMs })
  const createGuest = tab.connector.createGuest.bind(tab.connector)
  tab.connector.createGuest = (user, context) =>
    createGuest({ id: `${user.id}${(play.opened += 1)}` }, context)
  play.tabs[index] = tab
  play.models.set(tab, { wanted: null, sinceDeparture: 0, intents: [], sent: [], errors: [] })
}

function checkGuarantees({ tabs, models }: Play): void {
  for (const tab of tabs) {
    const model = modelOf(tab, models)
    // No request and no socket carries another's token, whichever tab it came from.
    for (const { token, userId } of [...tab.sockets, ...tab.requests]) {
      if (token === '') expect(userId).toMatch(/^anonymous-/)
      else expect(payloadOf(token).user_id).toBe(userId)
    }
    // One call in a tab; and one among the tabs, but for those who waited for long enough.
    const calls = tab.unansweredCalls()
    expect(calls.length).toBeLessThanOrEqual(1)
    if (calls.some(({ reason }) => reason !== 'manual')) {
      expect(tab.hasTurn(providerTimeoutMs)).toBe(true)
    }
    if (tab.life() !== 'running') continue
    // Whoever left in one tab has left all that are awake; whoever came is there, or on the way.
    expect([model.wanted, null]).toContain(whoIs(tab))
    if (model.wanted === null) expect(tab.live()).toEqual([])
    expect(tab.live().length).toBeLessThanOrEqual(1)
    for (const error of model.errors) expect(isChatAuthError(error)).toBe(true)
  }
}

/** Once all is well again, everyone is where they should be, and their tabs renew as one. */
async function checkRecovery(play: Play): Promise<void> {
  const { browser, tabs, models } = play
  for (const tab of tabs) {
    Object.assign(tab.controls, { provider: 'mint', openFault: null, refuseAll: null })
    for (const call of tab.calls) call.reject(new Error('too late'))
    tab.pardon()
    if (tab.life() === 'frozen') await thaw(tab, play)
    tab.wake()
  }
  await browser.clock.advance(120_000)
  for (const tab of tabs) {
    if (tab.state().status === 'failed')
      await tryTo(({ auth }) => auth.retry())(tab, modelOf(tab, models), play)
  }
  await browser.clock.advance(30_000)
  for (const tab of tabs) {
    const model = modelOf(tab, models)
    expect(whoIs(tab)).toBe(model.wanted)
    expect(model.intents.every(({ isSettled }) => isSettled)).toBe(true)
    expect(model.sent.every(({ outcome }) => outcome !== 'pending')).toBe(true)
    if (model.wanted) expect(tab.state()).toMatchObject({ status: 'connected' })
  }
  const marks = new Map(
    tabs.map((tab) => [tab, { calls: tab.calls.length, events: tab.events.length }]),
  )
  await browser.clock.advance(300_000)
  for (const id of ['jane', 'bob']) {
    const ofUser = tabs.filter((tab) => whoIs(tab) === id)
    const calls = ofUser.flatMap((tab) => tab.calls.slice(marks.get(tab)?.calls))
    const renewals = ofUser.map((tab) =>
      tab.events.slice(marks.get(tab)?.events).filter(({ type }) => type === 'token-received'),
    )
    // Each tab got each token, and each token cost one call. Each takes it at its own moment, so that
    // the first and the last may lie beyond the span.
    for (const { length } of renewals)
      expect(Math.abs(length - calls.length)).toBeLessThanOrEqual(1)
  }
}

async function checkDisposal({ browser, tabs, models }: Play): Promise<void> {
  for (const tab of tabs) tab.auth.dispose()
  await browser.settle()
  expect([browser.clock.pendingTimers, browser.locks(), browser.channels()]).toEqual([0, 0, 0])
  for (const tab of tabs) {
    expect([tab.wakers.size, tab.live().length]).toEqual([0, 0])
    const errors = modelOf(tab, models).errors.map((error) => (error as Error).stack)
    expect(JSON.stringify([tab.events, errors, tab.state()])).not.toContain(canary)
  }
  expect(JSON.stringify([...browser.storage])).not.toContain(canary)
  // What a bad provider gave has never left its tab.
  const tokens = browser.posted.flatMap(({ message }) => Reflect.get(message, 'token') ?? [])
  expect(tokens.filter((token) => payloadOf(String(token)).bad !== undefined)).toEqual([])
}

async function play(commands: { run(stage: Play): unknown }[], hasLocks: boolean): Promise<Play> {
  const browser = createFakeBrowser()
  browser.lacks.locks = !hasLocks
  const stage: Play = {
    browser,
    tabs: [],
    models: new Map(),
    departures: [],
    opened: 0,
    isDisturbed: false,
  }
  for (const index of [0, 1, 2]) open(stage, index)
  for (const [index, act] of commands.entries()) {
    // Session ids are drawn by chance, and are told apart.
    for (const [i, tab] of stage.tabs.entries()) {
      tab.controls.random = ((3 * index + i + 1) * 0.618034) % 1
    }
    await act.run(stage)
    await browser.settle()
    checkGuarantees(stage)
  }
  await checkRecovery(stage)
  return stage
}

describe('three tabs', () => {
  it('keep their guarantees whatever happens in whatever order', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(steps, { maxLength: 40, size: 'max' }),
        fc.boolean(),
        async (commands, hasLocks) => {
          const stage = await play(commands, hasLocks)
          await checkDisposal(stage)
          const intents = stage.tabs.flatMap((tab) => modelOf(tab, stage.models).intents)
          expect(intents.every(({ isSettled }) => isSettled)).toBe(true)
        },
      ),
      parameters,
    )
  })
})
