/** Part of `WeakRef` that is used here. */
export interface Reference<T> {
  deref(): T | undefined
}

/** References `value` weakly; strongly in an engine without `WeakRef`, such as older ones of Hermes. */
export function createReference<T extends object>(value: T): Reference<T> {
  return typeof WeakRef === 'function' ? new WeakRef(value) : { deref: () => value }
}
