import type { StreamChat } from 'stream-chat'

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
