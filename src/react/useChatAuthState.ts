'use client'
import type { ChatAuthState } from '../core/state.js'
import { useChatAuthContext } from './context.js'
import { useSelectedState } from './useSelectedState.js'

/** Returns the whole state, a union by `status`. Re-renders at every change. */
export function useChatAuthState<Client = unknown>(): ChatAuthState<Client>
/**
 * Returns the result of `selector`. Re-renders only when the result changes by `isEqual`. Both may be
 * inline functions.
 * @param isEqual - `Object.is` by default; pass a deep or shallow one if the selector creates objects
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
  // The context does not carry the client's type; the app names it for its own connector.
  return useSelectedState(auth, selector as (state: ChatAuthState) => unknown, isEqual)
}

function whole<State>(state: State): State {
  return state
}
