import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { JSDOM } from 'jsdom'
import { createElement, useSyncExternalStore, type FunctionComponent } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { httpConnector } from '../../../src/core.js'
import { ChatAuthProvider, createChatAuth, useChatUser, type ChatAuth } from '../../../src/index.js'
import { createChatBackend } from '../../../src/testing.js'

const { window } = new JSDOM('')
Object.assign(globalThis, { window, document: window.document })

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

type Arm = 'bare' | 'hook'

export interface ReaderFigures {
  readonly readers: number
  readonly rounds: number
  /** Most renders of all readers together at one renewal of the token. */
  readonly rendersAtRenewal: number
  /** Milliseconds of CPU to mount all readers, the least of the rounds. */
  readonly mountMs: Readonly<Record<Arm, number>>
  /** Bytes of heap of a mounted reader with what React keeps for it, the least of the rounds. */
  readonly bytesEach: Readonly<Record<Arm, number>>
}

let renders = 0

/**
 * Mounts `readers` components that read the user's name, with each arm in turn. They render nothing, so
 * that no cost of the DOM hides a reader's.
 */
export async function measureReaders(readers: number, rounds: number): Promise<ReaderFigures> {
  const backend = createChatBackend()
  const { apiKey, url: baseUrl, fetch, WebSocket } = backend
  const auth = createChatAuth({
    connector: httpConnector({ apiKey, baseUrl, fetch, WebSocket }),
    tokenProvider: () => backend.createToken('jane'),
  })
  await auth.connectUser({ id: 'jane', name: 'Jane' })

  const arms = { bare: bareReader(auth), hook: HookReader }
  const mountMs = { bare: Infinity, hook: Infinity }
  const bytesEach = { bare: Infinity, hook: Infinity }
  let rendersAtRenewal = 0
  for (let round = 0; round < rounds; round++) {
    for (const arm of ['bare', 'hook'] as const) {
      const mounted = mount(auth, arms[arm], readers)
      mountMs[arm] = Math.min(mountMs[arm], mounted.cpuMs)
      bytesEach[arm] = Math.min(bytesEach[arm], mounted.bytes / readers)
      renders = 0
      await auth.refreshToken()
      // Renders what the renewal has scheduled.
      flushSync(() => {})
      rendersAtRenewal = Math.max(rendersAtRenewal, renders)
      mounted.unmount()
    }
  }
  auth.dispose()
  backend.dispose()
  return { readers, rounds, rendersAtRenewal, mountMs, bytesEach }
}

function HookReader() {
  const { user } = useChatUser()
  renders++
  return user?.name === undefined ? 'nobody' : null
}

function bareReader(auth: ChatAuth): FunctionComponent {
  const readName = () => {
    const state = auth.getState()
    return 'user' in state ? state.user.name : undefined
  }
  const subscribe = (listener: () => void) => auth.subscribe(listener)
  return () => (useSyncExternalStore(subscribe, readName) === undefined ? 'nobody' : null)
}

function mount(auth: ChatAuth, Reader: FunctionComponent, readers: number) {
  const children = Array.from({ length: readers }, (_, key) => createElement(Reader, { key }))
  const root = createRoot(document.createElement('div'))
  const bytesBefore = usedBytes()
  const cpuBefore = process.cpuUsage()
  // A synchronous render runs all effects before it returns.
  flushSync(() => root.render(createElement(ChatAuthProvider, { auth }, children)))
  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    cpuMs: (user + system) / 1000,
    bytes: usedBytes() - bytesBefore,
    unmount: () => flushSync(() => root.unmount()),
  }
}

function usedBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
