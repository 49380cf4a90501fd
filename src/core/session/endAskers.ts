import type { ChatAuth } from '../chatAuth.js'
import type { EndQuestion } from '../options.js'

/**
 * Asks a person whether the session may end; `false` keeps it.
 * @param countUnsaved how much of the app's own would be lost now
 */
export type EndAsker = (question: EndQuestion, countUnsaved: () => number) => Promise<boolean>

/** Keyed by a method, because a provider wraps the handle and keeps its methods. */
const askers = new WeakMap<ChatAuth['subscribe'], Set<EndAsker>>()

/**
 * Lets a component ask, for an app that has no `confirmEnd` of its own. The first one added is called.
 * Returns a function that removes it.
 */
export function addEndAsker(auth: Pick<ChatAuth, 'subscribe'>, ask: EndAsker): () => void {
  const known = askers.get(auth.subscribe) ?? new Set()
  askers.set(auth.subscribe, known.add(ask))
  return () => {
    known.delete(ask)
  }
}

/** Returns the component that asks, if there is one. */
export function endAskerOf(auth: Pick<ChatAuth, 'subscribe'>): EndAsker | undefined {
  return askers.get(auth.subscribe)?.values().next().value
}
