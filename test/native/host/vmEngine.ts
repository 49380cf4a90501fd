import { createContext, Script } from 'node:vm'
import type { StartEngine } from './nativeApp.js'

/** What V8 brings into a new context and Hermes has not. */
const notInHermes = [
  'WebAssembly',
  'SharedArrayBuffer',
  'Atomics',
  'console',
  'FinalizationRegistry',
]

/**
 * Runs the bundle in a context of its own, which has ECMAScript's globals and none of Node's. React Native
 * brings the rest.
 * @param hasPromise false as on JavaScriptCore, where React Native brings its own promises
 */
export const vmEngine =
  ({ hasPromise }: { hasPromise: boolean }): StartEngine =>
  ({ prelude, bundle, modules, onMessage }) => {
    const context = createContext({})
    const run = (code: string, filename: string) =>
      new Script(code, { filename }).runInContext(context) as unknown
    for (const name of notInHermes) run(`delete globalThis.${name}`, 'context.js')
    if (hasPromise) run('globalThis.HermesInternal = { hasPromise: () => true }', 'context.js')
    run(`globalThis.__nativeModules = ${JSON.stringify(modules)}`, 'context.js')
    let isOpen = true
    Object.assign(context, {
      // In a turn of its own, as the native side is another thread.
      __post: (text: string) => void setImmediate(() => isOpen && onMessage(text)),
    })
    run(prelude, 'prelude.js')
    run(bundle, 'bundle.js')
    const receive = run('__receive', 'context.js') as (text: string) => void
    return {
      send: (text) => isOpen && receive(text),
      close: () => void (isOpen = false),
    }
  }
