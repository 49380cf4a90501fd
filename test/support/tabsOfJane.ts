import { createFakeBrowser, type FakeTab } from './fakeBrowser.js'

type Browser = ReturnType<typeof createFakeBrowser>

export async function connect(browser: Browser, tab: FakeTab, id = 'jane') {
  await Promise.all([tab.auth.connectUser({ id }), browser.settle()])
}

/** A tab that acts and one that should notice, both connected as Jane. */
export async function openAsJane(options?: Parameters<Browser['openTab']>[0]) {
  const browser = createFakeBrowser()
  const [acting, other] = [browser.openTab(), browser.openTab(options)]
  await connect(browser, acting)
  await connect(browser, other)
  return { browser, acting, other }
}

/** For each session that ended: where that was asked for. */
export const endings = (tab: FakeTab) =>
  tab.events.flatMap((event) => (event.type === 'session-ended' ? [event.by] : []))

/** So many tabs that are all connected as Jane, by one provider call. */
export async function openTabsAsJane(count: number, options?: Parameters<Browser['openTab']>[0]) {
  const browser = createFakeBrowser()
  const tabs = Array.from({ length: count }, () => browser.openTab(options))
  await Promise.all([...tabs.map(({ auth }) => auth.connectUser({ id: 'jane' })), browser.settle()])
  await browser.clock.advance(500)
  const [first, second] = tabs
  if (!first || !second) throw new Error('One tab is no test.')
  return { browser, tabs, first, second }
}

/** The calls of all their token providers. */
export const callsOf = (tabs: readonly FakeTab[]) => tabs.flatMap(({ calls }) => calls)

/** The tokens of their open sockets, each once. */
export const tokensOf = (tabs: readonly FakeTab[]) => [
  ...new Set(tabs.flatMap((tab) => tab.live().map(({ token }) => token))),
]

/** For each token that the tab received: which tab fetched it. */
export const received = (tab: FakeTab) =>
  tab.events.flatMap((event) => (event.type === 'token-received' ? [event.by] : []))

export const statusOf = ({ state }: FakeTab) => state().status
