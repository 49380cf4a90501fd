'use client'
import type { ReactElement, ReactNode } from 'react'

export type IconName =
  | 'connected'
  | 'busy'
  | 'off'
  | 'trouble'
  | 'paused'
  | 'refresh'
  | 'guest'
  | 'anonymous'
  | 'logOut'
  | 'check'
  | 'chevron'

// Each has its own shape, so that colour is never the only signal. Filled parts use `currentColor`.
const shapes: Record<IconName, ReactNode> = {
  connected: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <path className="chat-auth-cutout" d="m5 8.2 2.1 2.1L11 6.2" />
    </>
  ),
  busy: <path d="M8 2a6 6 0 1 1-6 6" />,
  off: <path d="M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2ZM4 12l8-8" />,
  trouble: <path d="M8 2 14.5 13.5h-13ZM8 6v3.5M8 11.4v.2" />,
  paused: <path d="M6 4v8M10 4v8" />,
  refresh: <path d="M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5" />,
  guest: (
    <path d="M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 1 0 8 8ZM2.8 13.8c.4-2.6 2.5-4 5.2-4s4.8 1.4 5.2 4" />
  ),
  anonymous: (
    <path d="M1.2 8S3.6 3.6 8 3.6 14.8 8 14.8 8 12.4 12.4 8 12.4 1.2 8 1.2 8ZM8 10a2 2 0 1 0 0-4 2 2 0 1 0 0 4Z" />
  ),
  logOut: <path d="M6 2.5H3.2v11H6M6.5 8h7.3M11 5l3 3-3 3" />,
  check: <path d="m3.5 8.5 3 3 6-7" />,
  chevron: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
}

interface IconProps {
  name: IconName
  /** Width and height in CSS pixels, so that it has a size without the stylesheet. */
  size?: number
}

/** Draws an icon. Decorative: the text beside it says the same. */
export function Icon({ name, size = 16 }: IconProps): ReactElement {
  return (
    <svg
      className="chat-auth-icon"
      data-icon={name}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shapes[name]}
    </svg>
  )
}
