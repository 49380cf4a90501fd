'use client'
import { useState, type ReactElement } from 'react'
import { initialsOf, tintOf } from './initials.js'

interface ChatAvatarProps {
  /** Id of the user, which chooses the tint; null for nobody. */
  id: string | null
  /** Name whose initials stand in for a missing image. */
  name: string
  image?: unknown
  /** Width and height in CSS pixels, so that it has a size without the stylesheet. */
  size?: number | undefined
}

/** Draws a user's image, or initials without one or when it fails to load. Decorative: a name is beside it. */
export function ChatAvatar({ id, name, image, size = 40 }: ChatAvatarProps): ReactElement {
  // The address that failed, not a flag: another address gets its own chance.
  const [failed, setFailed] = useState<unknown>(null)
  const box = { width: size, height: size }
  if (typeof image === 'string' && image !== '' && image !== failed) {
    return (
      <img
        {...box}
        className="chat-auth-avatar"
        data-part="avatar"
        src={image}
        alt=""
        referrerPolicy="no-referrer"
        onError={() => setFailed(image)}
      />
    )
  }
  return (
    <span
      className="chat-auth-avatar"
      data-part="avatar"
      data-tint={id === null ? undefined : tintOf(id)}
      style={{ fontSize: size * 0.38, inlineSize: size, blockSize: size }}
      aria-hidden="true"
    >
      {id === null ? '?' : initialsOf(name)}
    </span>
  )
}
