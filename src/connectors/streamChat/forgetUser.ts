import type { StreamChat } from 'stream-chat'
import { isChatAuthError } from '../../core/errors.js'

/** Removes the token from a client whose session is over. */
export function forgetToken(client: StreamChat): void {
  client.tokenManager.reset()
  // Late requests reach the session's gate, which ends them; without this, they throw before that.
  Object.assign(client, { _getToken: () => null })
}

/** Removes the user from a client, as its own `disconnectUser` does. */
export function forgetUser(client: StreamChat): void {
  delete client.user
  delete client._user
  delete client.userID
  client.anonymous = false
}

/** Whether the session ended by a failure, and neither by a log-out or switch nor by `dispose`. */
export function hasFailed({ reason }: AbortSignal): boolean {
  return isChatAuthError(reason) && reason.code !== 'session-ended' && reason.code !== 'disposed'
}
