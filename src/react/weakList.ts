import { createReference, type Reference } from '../core/tools/weakRef.js'

/** List that references its objects weakly. */
export interface WeakList<T extends object> {
  add(value: T): void
  all(): T[]
}

export function createWeakList<T extends object>(): WeakList<T> {
  const known = new WeakSet<T>()
  let refs: Reference<T>[] = []
  let sweepAt = 64

  const all = () => refs.flatMap((ref) => ref.deref() ?? [])

  return {
    all,
    add(value) {
      if (known.has(value)) return
      known.add(value)
      refs.push(createReference(value))
      if (refs.length < sweepAt) return
      // Sweeping at doubled size keeps the cost proportional to the number of additions.
      refs = refs.filter((ref) => ref.deref())
      sweepAt = Math.max(64, refs.length * 2)
    },
  }
}
