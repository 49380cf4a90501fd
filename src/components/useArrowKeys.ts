'use client'
import { useState, type KeyboardEvent, type RefObject } from 'react'

interface ArrowKeys {
  /** Index of the one item that Tab reaches. */
  readonly tabStop: number
  readonly onFocusItem: (index: number) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/** Makes the buttons of a list one tab stop: the arrow keys, Home and End move between them. */
export function useArrowKeys(listRef: RefObject<HTMLElement | null>, count: number): ArrowKeys {
  const [focused, setFocused] = useState(0)
  const tabStop = Math.min(focused, count - 1)

  function onKeyDown(event: KeyboardEvent): void {
    const next = nextIndex(event.key, tabStop, count)
    if (next === null) return
    event.preventDefault()
    listRef.current?.querySelectorAll('button')[next]?.focus()
  }

  return { tabStop, onFocusItem: setFocused, onKeyDown }
}

function nextIndex(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(index + 1, count - 1)
    case 'ArrowUp':
      return Math.max(index - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
