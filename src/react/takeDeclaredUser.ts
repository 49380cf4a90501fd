import { takeUser } from '../core/tools/takeUser.js'
import type { ChatUser, ChatUserInput } from '../core/types.js'

const taken = new WeakMap<ChatUserInput, ChatUser>()

/**
 * A copy of the `user` prop as it is in this render. An object that cannot be read any more, as a draft
 * that its store has revoked, is who it was when it was last read.
 * @throws TypeError if it cannot be a user
 */
export function takeDeclaredUser(user: ChatUserInput): ChatUser {
  const before = taken.get(user)
  if (before && !isReadable(user)) return before
  const copy = takeUser(user)
  taken.set(user, copy)
  return copy
}

function isReadable(user: ChatUserInput): boolean {
  try {
    return Object.keys(user).length > 0
  } catch {
    return false
  }
}
