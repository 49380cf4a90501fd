import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Watches objects without holding them. */
export function createCanaries() {
  const watched: { readonly name: string; readonly ref: WeakRef<object> }[] = []
  return {
    /** Gives `value` back, watched. */
    canary: <T extends object>(name: string, value: T): T => {
      watched.push({ name, ref: new WeakRef(value) })
      return value
    },
    names: () => [...new Set(watched.map(({ name }) => name))],
    /** The names of those that something can still reach. */
    async reachable(): Promise<string[]> {
      // What a job has dereferenced stays until the next one; ephemerons may take a second round.
      for (let round = 0; round < 3; round++) {
        await new Promise((resolve) => setTimeout(resolve))
        collectGarbage()
      }
      return [...new Set(watched.flatMap(({ name, ref }) => (ref.deref() ? [name] : [])))]
    },
  }
}
