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

/** The user's id, or the status where there is none. */
export function whoIs({ state }: FakeTab): string {
  const now = state()
  return 'user' in now ? now.user.id : now.status
}

/** For each session that ended: where that was asked for. */
export const endings = (tab: FakeTab) =>
  tab.events.flatMap((event) => (event.type === 'session-ended' ? [event.by] : []))
