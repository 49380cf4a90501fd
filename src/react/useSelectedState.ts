'use client'
import { useCallback, useInsertionEffect, useMemo, useReducer, useRef } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import { disconnected, type ChatAuthState } from '../core/state.js'
import { useForgetfulStore } from './useForgetfulStore.js'
import { useSessionPast } from './useSessionPast.js'

type Selector<Selected> = (state: ChatAuthState) => Selected
type IsEqual<Selected> = (a: Selected, b: Selected) => boolean
interface Selection<Selected> {
  readonly selected: Selected
}

/**
 * Returns the result of `selector`. Re-renders only when the result changes by `isEqual`. Both may be
 * inline. A selection equal to the last rendered one is returned as the same object.
 */
export function useSelectedState<Selected>(
  auth: ChatAuth,
  selector: Selector<Selected>,
  isEqual: IsEqual<Selected> = Object.is,
): Selected {
  const rendered = useRef<Selection<Selected> | null>(null)
  const subscribe = useCallback((listener: () => void) => auth.subscribe(listener), [auth])
  const select = useMemo(
    // Reading the ref in render is safe, because its value only replaces an equal selection.
    // eslint-disable-next-line react/refs
    () => rememberLast(selector, isEqual, () => rendered.current),
    [selector, isEqual],
  )

  const selected = useForgetfulStore(
    subscribe,
    useMemo(() => () => select(auth.getState()), [auth, select]),
    // Server and hydration always render `disconnected`, so they agree.
    useMemo(() => () => select(disconnected), [select]),
  )

  // <Activity> removes other effects, after which a hidden tree would keep the last selection.
  useInsertionEffect(() => {
    rendered.current = { selected }
  }, [selected])

  const [, renderAgain] = useReducer((count: number) => count + 1, 0)
  const isOutdated = useCallback(
    () => !Object.is(select(auth.getState()), selected),
    [auth, select, selected],
  )
  useSessionPast(auth, isOutdated, renderAgain)

  return selected
}

/** Memoizes a selection by state, because React reads the snapshot several times per render. */
function rememberLast<Selected>(
  selector: Selector<Selected>,
  isEqual: IsEqual<Selected>,
  getRendered: () => Selection<Selected> | null,
): Selector<Selected> {
  let last: (Selection<Selected> & { readonly state: ChatAuthState }) | null = null
  return (state) => {
    if (last?.state === state) return last.selected
    const previous = last ?? getRendered()
    const next = selector(state)
    const selected = previous && isEqual(previous.selected, next) ? previous.selected : next
    last = { state, selected }
    return selected
  }
}

/** Whether two records hold the same values under the same keys. */
export function shallowEqual<T extends object>(a: T, b: T): boolean {
  return (Object.keys(a) as (keyof T)[]).every((key) => Object.is(a[key], b[key]))
}
