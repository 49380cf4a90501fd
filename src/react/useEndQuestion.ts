'use client'
import { useEffect, useState } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import type { EndQuestion } from '../core/options.js'
import { addEndAsker } from '../core/session/endAskers.js'

/** A log-out or switch that waits for a person's answer. */
export interface LeaveQuestion {
  readonly action: EndQuestion['action']
  /** Number of things that would be lost: held requests and the app's own unsaved changes. At least 1. */
  readonly unsent: number
  /** Whether the session ends as soon as nothing would be lost. Set by `leaveWhenSent`. */
  readonly isWaiting: boolean
  /** Keeps the session. */
  readonly stay: () => void
  /** Ends the session once nothing would be lost any more. */
  readonly leaveWhenSent: () => void
  /** Ends the session now. */
  readonly leave: () => void
}

/** Time between two looks at what would still be lost, in milliseconds. */
const lookEveryMs = 500

/** State of an open question. */
interface Open {
  readonly action: EndQuestion['action']
  readonly countUnsaved: () => number
  readonly answer: (mayEnd: boolean) => void
  readonly isWaiting: boolean
}

/**
 * Asks a person before the session ends while something would be lost, for an app without `confirmEnd`.
 * Returns the open question, or null.
 */
export function useEndQuestion(auth: ChatAuth, heldRequests: number): LeaveQuestion | null {
  const [open, setOpen] = useState<Open | null>(null)
  const [looks, setLooks] = useState(0)

  useEffect(() => {
    let keep: (() => void) | null = null
    const removeAsker = addEndAsker(auth, ({ action, signal }, countUnsaved) => {
      return new Promise<boolean>((resolve) => {
        const answer = (mayEnd: boolean) => {
          keep = null
          setOpen(null)
          resolve(mayEnd)
        }
        keep = () => answer(false)
        signal.addEventListener('abort', keep, { once: true })
        setOpen({ action, countUnsaved, answer, isWaiting: false })
      })
    })
    return () => {
      removeAsker()
      // Nobody is left to answer: the session goes on.
      keep?.()
    }
  }, [auth])

  const unsent = open ? heldRequests + open.countUnsaved() : 0
  useEffect(() => {
    if (!open?.isWaiting) return undefined
    if (unsent === 0) {
      open.answer(true)
      return undefined
    }
    // The app's own count tells nobody of its changes.
    const timer = setTimeout(() => setLooks(looks + 1), lookEveryMs)
    return () => clearTimeout(timer)
  }, [open, unsent, looks])

  if (!open) return null
  return {
    action: open.action,
    unsent: Math.max(1, unsent),
    isWaiting: open.isWaiting,
    stay: () => open.answer(false),
    leaveWhenSent: () => setOpen({ ...open, isWaiting: true }),
    leave: () => open.answer(true),
  }
}
