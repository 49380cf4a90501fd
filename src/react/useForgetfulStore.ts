'use client'
import { useSyncExternalStore } from 'react'

/**
 * Works as `useSyncExternalStore`, but React keeps no object that `read` returned. React would keep the
 * last one of a tree that <Activity> hides until the tree is shown again.
 */
export function useForgetfulStore<T>(
  subscribe: (listener: () => void) => () => void,
  read: () => T,
  readAtHydration: () => T = read,
): T {
  const token = useSyncExternalStore(subscribe, tokens(read), tokens(readAtHydration))
  const value = read()
  return Object.is(tokenOf(value), token) ? value : readAtHydration()
}

/** Creates the snapshot function; outside the hook, so that it closes over `read` alone. */
function tokens(read: () => unknown): () => unknown {
  return () => tokenOf(read())
}

const known = new WeakMap<object, symbol>()

/** Returns a primitive as it is, and for an object a token that is always the same for that object. */
function tokenOf(value: unknown): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return value
  const token = known.get(value) ?? Symbol('token')
  known.set(value, token)
  return token
}
