'use client'
import type { ChatAuthState } from '../core/state.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'

/** The whole state: a union over `status`, to narrow. Re-renders at every change of it. */
export function useChatAuthState<Client = unknown>(): ChatAuthState<Client>
/**
 * What `selector` makes of the state. Re-renders only when that changes, by `isEqual`; both may be
 * inline functions.
 * @param isEqual - by default `Object.is`: pass one that looks inside if the selector makes objects
 */
export function useChatAuthState<Selected, Client = unknown>(
  selector: (state: ChatAuthState<Client>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useChatAuthState(
  selector: (state: ChatAuthState<never>) => unknown = whole,
  isEqual?: (a: unknown, b: unknown) => boolean,
): unknown {
  const { auth } = useChatAuthContext('useChatAuthState')
  // The app names the client's type, of which the context knows nothing.
  return useSelectedState(auth, selector as (state: ChatAuthState) => unknown, isEqual)
}

function whole<State>(state: State): State {
  return state
}
