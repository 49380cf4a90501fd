'use client'
import { useRef, type RefObject } from 'react'
import { useEffectBeforePaint } from '../../react/useSessionPast.js'

/**
 * Keeps the focus in `rootRef` when the button that was pressed is gone, as "Log out" is afterwards. Without
 * this, a keyboard user starts again at the top of the page. Returns the handler that notes a press.
 */
export function useKeptFocus(rootRef: RefObject<HTMLElement | null>): () => void {
  /** Set by a press inside, reset once the focus was given back. */
  const isPressed = useRef(false)

  // At every render, because any of them may remove the button.
  useEffectBeforePaint(() => {
    const root = rootRef.current
    if (!isPressed.current || !root || document.activeElement !== document.body) return
    isPressed.current = false
    const place = root.querySelector<HTMLElement>('[popover][data-open]') ?? root
    place.setAttribute('tabindex', '-1')
    place.focus({ preventScroll: true })
  })

  return () => {
    isPressed.current = true
  }
}
