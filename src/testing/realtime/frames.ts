import type { BackendUser } from '../chat/users.js'

/** Reads the `json` of a handshake's query, which names the user. */
export function readHandshake(json: string | null) {
  let payload: Record<string, unknown> = {}
  try {
    payload = { ...(JSON.parse(json ?? '{}') as object) }
  } catch {
    // The handshake is refused later, because it has no user.
  }
  const { user_id, user_details, client_request_id } = payload
  return {
    userId: typeof user_id === 'string' ? user_id : '',
    user: { id: '', ...(user_details as object | undefined) } as BackendUser,
    requestId: typeof client_request_id === 'string' ? client_request_id : null,
  }
}

/** Whether a frame from the client is a ping. */
export function isPing(text: string): boolean {
  try {
    const frame: unknown = JSON.parse(text)
    const first = Array.isArray(frame) ? (frame[0] as { type?: unknown } | undefined) : undefined
    return first?.type === 'health.check'
  } catch {
    return false
  }
}
