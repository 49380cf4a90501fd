import type { Caller } from './caller.js'
import type { Channel, ChannelType } from './channel.js'
import { ApiError } from '../wire/wire.js'

/** Types of channel that guests may read and post to. */
export interface GuestPermissions {
  /** @default ['livestream', 'messaging'] */
  read?: readonly ChannelType[]
  /** @default ['livestream'] */
  post?: readonly ChannelType[]
}

export type Permissions = ReturnType<typeof createPermissions>

/** Checks permissions, based only on the caller that a token proves. */
export function createPermissions({ read, post = ['livestream'] }: GuestPermissions) {
  const isMember = (caller: Caller, channel: Channel) =>
    !channel.members || channel.members.includes(caller.userId)

  /** Whether the caller may write in channels of this type, including the caller's own. */
  function canPostTo(caller: Caller, type: ChannelType): boolean {
    if (caller.kind === 'anonymous') return false
    return caller.kind === 'user' || post.includes(type)
  }

  const canPost = (caller: Caller, channel: Channel) =>
    canPostTo(caller, channel.type) && isMember(caller, channel)

  return {
    canPostTo,
    canPost,

    canRead: (caller: Caller, channel: Channel): boolean => {
      if (caller.kind === 'anonymous') return channel.type === 'livestream'
      if (caller.kind === 'guest' && read && !read.includes(channel.type)) return false
      return isMember(caller, channel)
    },

    /** @throws ApiError 17 if the caller may not write in the channel */
    mustPost: (caller: Caller, channel: Channel, action: string) => {
      if (!canPost(caller, channel)) throw notAllowed(caller, action)
    },

    /** @throws ApiError 17 if the caller is not the author */
    mustOwn: (caller: Caller, authorId: string, action: string) => {
      if (authorId !== caller.userId) throw notAllowed(caller, action)
    },

    /** @throws ApiError 17 for an anonymous reader, who has no stored state */
    mustBeSomeone: (caller: Caller, action: string) => {
      if (caller.kind === 'anonymous') throw notAllowed(caller, action)
    },
  }
}

export function notAllowed({ userId, kind }: Caller, action: string) {
  return new ApiError(17, `User '${userId}' with role ${kind} is not allowed to perform ${action}`)
}
