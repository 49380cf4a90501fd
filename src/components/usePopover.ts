'use client'
import { useRef, useState, type RefObject } from 'react'
import { useEffectBeforePaint } from '../react/useSessionPast.js'

/** Space between the popover and its trigger, and to the edges of the window, in CSS pixels. */
const gap = 8

export interface Popover {
  readonly triggerRef: RefObject<HTMLButtonElement | null>
  readonly popoverRef: RefObject<HTMLDivElement | null>
  readonly isOpen: boolean
}

/**
 * Ties a trigger to an element with `popover="auto"`: the browser opens and closes it, with Escape, a press
 * outside and the focus going back. Keeps it inside the window.
 */
export function usePopover(): Popover {
  const triggerRef = useRef<HTMLButtonElement>(null)
  const popoverRef = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)

  useEffectBeforePaint(() => {
    const trigger = triggerRef.current
    const popover = popoverRef.current
    if (!trigger || !popover) return undefined
    // A property, because React 18 does not know the attribute.
    trigger.popoverTargetElement = popover

    function move(): void {
      if (trigger && popover) place(popover, trigger)
    }
    function onToggle(event: ToggleEvent): void {
      const opens = event.newState === 'open'
      setOpen(opens)
      if (opens) move()
    }
    popover.addEventListener('toggle', onToggle)
    const stopFollowing = follow(move)
    return () => {
      popover.removeEventListener('toggle', onToggle)
      stopFollowing()
    }
  }, [])

  return { triggerRef, popoverRef, isOpen }
}

function follow(move: () => void): () => void {
  // Capturing, because a scroll of any container moves the trigger and does not bubble.
  window.addEventListener('scroll', move, { capture: true, passive: true })
  window.addEventListener('resize', move)
  return () => {
    window.removeEventListener('scroll', move, { capture: true })
    window.removeEventListener('resize', move)
  }
}

function place(popover: HTMLElement, trigger: HTMLElement): void {
  const from = trigger.getBoundingClientRect()
  const { width, height } = popover.getBoundingClientRect()
  const isRightToLeft = getComputedStyle(trigger).direction === 'rtl'
  const { clientWidth, clientHeight } = document.documentElement
  const below = from.bottom + gap
  const fitsBelow = below + height <= clientHeight - gap
  const top = fitsBelow ? below : from.top - gap - height
  popover.style.left = `${within(isRightToLeft ? from.right - width : from.left, width, clientWidth)}px`
  popover.style.top = `${within(top, height, clientHeight)}px`
}

function within(start: number, size: number, end: number): number {
  return Math.max(gap, Math.min(start, end - size - gap))
}
