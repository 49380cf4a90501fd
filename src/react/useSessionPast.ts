'use client'
import { useEffect, useInsertionEffect, useLayoutEffect, useRef, version } from 'react'
import type { ChatAuth } from '../core/options.js'
import { sessionIdOf } from './chatSession.js'

// React 18 has no <Activity>, and complains of layout effects on a server.
const useEffectBeforePaint = version.startsWith('18.') ? useEffect : useLayoutEffect

/**
 * Has a component render until nothing of an ended session is left in what React keeps of it.
 * @param isOutdated whether the state is no longer what was rendered
 */
export function useSessionPast(
  auth: ChatAuth,
  isOutdated: () => boolean,
  renderAgain: () => void,
): void {
  const isShown = useRef(false)
  const renderedIn = useRef<string | null | undefined>(undefined)

  useEffectBeforePaint(() => {
    isShown.current = true
    // A tree that <Activity> shows again is as it was when it was hidden. React looks whether that still
    // holds only after it has painted, and would paint the last user's page for the next.
    if (isOutdated()) renderAgain()
    return () => {
      isShown.current = false
    }
  }, [isOutdated, renderAgain])

  // Insertion effects run and stay while <Activity> hides a tree, whose other subscriptions are gone.
  useInsertionEffect(
    () =>
      auth.subscribe(() => {
        if (!isShown.current && isOutdated()) renderAgain()
      }),
    [auth, isOutdated, renderAgain],
  )

  // React keeps the render before the last one in reserve: one more takes the place of the last that
  // showed the session.
  const isFirstAfter = () => {
    const [before, now] = [renderedIn.current, sessionIdOf(auth.getState())]
    renderedIn.current = now
    return before !== undefined && before !== now
  }
  useInsertionEffect(() => {
    // Insertion effects may not render; and without effects nothing else would for a hidden tree.
    if (!isShown.current && isFirstAfter()) queueMicrotask(renderAgain)
  })
  useEffect(() => {
    if (isFirstAfter()) renderAgain()
  })
}
