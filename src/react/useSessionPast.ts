'use client'
import { useEffect, useInsertionEffect, useLayoutEffect, useRef, version } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import { sessionIdOf } from './chatSession.js'

// React 18 has no <Activity>, and warns about layout effects on a server.
export const useEffectBeforePaint = version.startsWith('18.') ? useEffect : useLayoutEffect

/**
 * Re-renders a component until React keeps no data of an ended session.
 * @param isOutdated returns whether the state differs from the rendered one
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
    // user A → <Activity> hides the tree → user B → shows it: React paints before it compares the state,
    // so without this render A's page appears to B.
    if (isOutdated()) renderAgain()
    return () => {
      isShown.current = false
    }
  }, [isOutdated, renderAgain])

  // <Activity> removes all other subscriptions of a hidden tree; insertion effects stay.
  useInsertionEffect(
    () =>
      auth.subscribe(() => {
        if (!isShown.current && isOutdated()) renderAgain()
      }),
    [auth, isOutdated, renderAgain],
  )

  // React keeps the previous render in reserve, so one more render replaces the last of the session.
  const isFirstAfter = () => {
    const [before, now] = [renderedIn.current, sessionIdOf(auth.getState())]
    renderedIn.current = now
    return before !== undefined && before !== now
  }
  useInsertionEffect(() => {
    // Queued, because insertion effects must not set state; nothing else renders a hidden tree.
    if (!isShown.current && isFirstAfter()) void Promise.resolve().then(renderAgain)
  })
  useEffect(() => {
    if (isFirstAfter()) renderAgain()
  })
}
