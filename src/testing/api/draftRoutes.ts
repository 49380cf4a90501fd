import type { Answer, ApiCall, Backend } from './apiCall.js'
import type { Channel } from '../chat/channel.js'
import { asJson, type Json } from '../wire/json.js'
import { ApiError } from '../wire/wire.js'

/** What users have begun to write, in a channel or in one of its threads: one draft each. */
export function createDraftRoutes({
  permissions,
  instant,
}: Pick<Backend, 'permissions' | 'instant'>) {
  // By channel, so that they go when the backend is reset.
  const draftsOf = new WeakMap<Channel, Map<string, Json>>()

  return ({ method, caller, body, query }: ApiCall, channel: Channel): Answer => {
    const drafts = draftsOf.get(channel) ?? new Map<string, Json>()
    draftsOf.set(channel, drafts)
    const message = asJson(body['message'])
    const key = JSON.stringify([caller.userId, message['parent_id'] ?? query.get('parent_id')])
    if (method === 'POST') {
      permissions.mustPost(caller, channel, 'CreateDraft')
      const draft = { channel_cid: channel.cid, created_at: instant(), message }
      drafts.set(key, draft)
      return { draft }
    }
    const draft = drafts.get(key)
    if (!draft) throw new ApiError(16, 'there is no draft')
    if (method === 'GET') return { draft }
    return method === 'DELETE' && drafts.delete(key) ? {} : null
  }
}
