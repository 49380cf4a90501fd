import type { ConnectionContext, UserDetails } from '../../core/connector.js'
import { ChatAuthError } from '../../core/errors.js'
import { retryAfterOf } from '../../core/tools/retryAfter.js'
import type { ChatUser } from '../../core/types.js'
import type { ChatEvent } from './frames.js'
import { isUser } from './monitorSocket.js'
import { readJson } from './readJson.js'
import { readWireError } from './wireError.js'

/** Changes the session's own user by the protocol's partial update; `null` takes a field away. */
export async function updateOwnUser(
  { environment, identity, signal }: ConnectionContext,
  fetch: (input: string, init: RequestInit) => Promise<Response>,
  changes: UserDetails,
): Promise<ChatUser> {
  const id = identity.type === 'anonymous' ? '' : identity.user.id
  const entries = Object.entries(changes)
  const set = Object.fromEntries(entries.filter(([, value]) => value !== null))
  const unset = entries.filter(([, value]) => value === null).map(([field]) => field)
  const response = await fetch('/users', {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ users: [{ id, set, unset }] }),
  })
  const body = await readJson(response, signal)
  if (!response.ok) {
    const retryAfterMs = retryAfterOf(response.headers, environment.now())
    throw readWireError(body, response.status, retryAfterMs)
  }
  const { users } = (body ?? {}) as { users?: Readonly<Record<string, unknown>> }
  const user = users?.[id]
  if (!isUser(user)) throw new ChatAuthError('unexpected-answer')
  return user
}

/**
 * Reports the user of a `user.updated` event to the session, which ignores all users but its own. Users
 * may send events of any type to a channel: the backend names that channel in them.
 */
export function reportUser(
  context: Pick<ConnectionContext, 'userUpdated'>,
  { type, user, cid = '*', channel_id, channel_type }: ChatEvent,
): void {
  if (type !== 'user.updated' || cid !== '*' || channel_id || channel_type || !isUser(user)) return
  context.userUpdated(user)
}
