import { JSDOM } from 'jsdom'
import { jane, type Arm, type ArmSetup } from '../arm.js'
import { scenario, type Play } from '../scenario.js'
import { openStage, sleep } from '../stage.js'

export const react = scenario({
  id: 'react',
  title:
    '`useCreateChatClient` and `<ChatAuthProvider>` under StrictMode, rendered again every 50 ms for 2 s',
  waiting: [],
  rows: {
    stableCalls: { label: 'a stable token provider: provider calls', unit: 'count' },
    stableSockets: { label: 'sockets opened', unit: 'count' },
    inlineCalls: { label: 'an inline token provider: provider calls', unit: 'count' },
    inlineSockets: { label: 'its sockets opened', unit: 'count' },
    inlinePeak: { label: 'its sockets open at one moment', unit: 'count' },
    inlineVanished: { label: 'times that the chat vanished from the page', unit: 'count' },
    left: { label: 'sockets left open a second after the app is gone', unit: 'count' },
    unhandled: { label: 'unhandled rejections', unit: 'count' },
  },
  async play(play) {
    const { window } = new JSDOM('', { url: 'http://localhost/', pretendToBeVisual: true })
    // Before React's DOM is loaded, which looks for them then.
    for (const [name, value] of Object.entries({
      window,
      document: window.document,
      // Node 21 and later have one of their own, which is not writable.
      navigator: window.navigator,
    })) {
      Object.defineProperty(globalThis, name, { value, configurable: true })
    }
    const stable = await renderOften(false, play)
    const inline = await renderOften(true, play)
    return {
      stableCalls: stable.calls,
      stableSockets: stable.sockets,
      inlineCalls: inline.calls,
      inlineSockets: inline.sockets,
      inlinePeak: inline.peak,
      inlineVanished: inline.vanished,
      left: stable.left + inline.left,
      unhandled: play.unhandledRejections(),
    }
  },
})

async function renderOften(isInline: boolean, { armName, isQuick }: Play) {
  const { renderApp } = await import('../apps/renderApp.js')
  let setup: ArmSetup | undefined
  const stage = await openStage((given) => {
    setup = given
    return nobody
  })
  const app = renderApp(armName, { ...setup!, user: jane, isInline })
  for (let i = 0; i < (isQuick ? 10 : 40); i++) {
    await sleep(50)
    app.renderAgain()
  }
  // What the last rendering started comes to its end.
  await sleep(500)
  const { counters } = stage.backend
  const vanished = app.timesVanished()
  app.unmount()
  await sleep(1_000)
  const left = stage.backend.counters.liveSockets
  await stage.close()
  return {
    calls: counters.tokenCalls,
    sockets: counters.socketsOpened,
    peak: counters.peakSocketsByUser[jane.id] ?? 0,
    vanished,
    left,
  }
}

/** The app connects by itself here: the stage has only its server. */
const nobody = { dispose: () => Promise.resolve() } as Arm
