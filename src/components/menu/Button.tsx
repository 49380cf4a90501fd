'use client'
import type { ReactElement, ReactNode } from 'react'

interface ButtonProps {
  children: ReactNode
  isPrimary?: boolean
  isQuiet?: boolean
  isDanger?: boolean
  onClick: () => void
}

/** A button inside a notice or a question. */
export function Button({
  children,
  isPrimary,
  isQuiet,
  isDanger,
  onClick,
}: ButtonProps): ReactElement {
  return (
    <>
      <button
        type="button"
        className="chat-auth-button"
        data-primary={isPrimary || undefined}
        data-quiet={isQuiet || undefined}
        data-danger={isDanger || undefined}
        onClick={onClick}
      >
        {children}
      </button>{' '}
    </>
  )
}
