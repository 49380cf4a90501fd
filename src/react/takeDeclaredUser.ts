import { takeUser } from '../core/tools/takeUser.js'
import type { ChatUser, ChatUserInput } from '../core/types.js'

const taken = new WeakMap<ChatUserInput, ChatUser>()

/**
 * Copies the `user` prop in this render. An object that has become unreadable, such as a revoked draft,
 * gives the last copy.
 * @throws TypeError if the prop is no valid user
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
