'use client'
import { useSyncExternalStore } from 'react'

/**
 * As `useSyncExternalStore`, but React itself keeps no object that `read` returned: it would hold on to
 * the last one of a tree that <Activity> hides until the tree is shown again.
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

/** Outside of the hook, so that the function that React keeps closes over `read` and nothing else. */
function tokens(read: () => unknown): () => unknown {
  return () => tokenOf(read())
}

const known = new WeakMap<object, symbol>()

/** The value itself, or what stands for it if it is an object: the same one for the same object. */
function tokenOf(value: unknown): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return value
  const token = known.get(value) ?? Symbol('token')
  known.set(value, token)
  return token
}
