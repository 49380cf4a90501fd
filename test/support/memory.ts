import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Watches objects without keeping them alive. */
export function createCanaries() {
  const watched: { readonly name: string; readonly ref: WeakRef<object> }[] = []
  return {
    /** Starts to watch `value`; returns it. */
    canary: <T extends object>(name: string, value: T): T => {
      watched.push({ name, ref: new WeakRef(value) })
      return value
    },
    names: () => [...new Set(watched.map(({ name }) => name))],
    /** Returns the names of the objects that are still reachable. */
    async reachable(): Promise<string[]> {
      // A dereferenced object stays alive until the next job; ephemerons may take a second round.
      for (let round = 0; round < 3; round++) {
        await new Promise((resolve) => setTimeout(resolve))
        collectGarbage()
      }
      return [...new Set(watched.flatMap(({ name, ref }) => (ref.deref() ? [name] : [])))]
    },
  }
}
