import type { OwnUserResponse, UserResponse } from 'stream-chat'
import { withoutBackendFields } from '../core/tools/userFields.js'
import type { ChatUser } from '../core/types.js'
import { takeDeclaredUser } from '../react/takeDeclaredUser.js'

/**
 * Copies what an app may send of a user. Apps pass a whole record of the backend as well, with fields
 * that this library refuses in a `user`.
 * @throws TypeError without an id
 */
export function takeUserData(userData: OwnUserResponse | UserResponse): ChatUser {
  if (typeof (userData as UserResponse | null | undefined)?.id !== 'string') {
    throw new TypeError(
      '`userData.id` must be a string: render the component that calls useCreateChatClient once the ' +
        'user is known.',
    )
  }
  return takeDeclaredUser(withoutBackendFields({ ...userData }))
}
