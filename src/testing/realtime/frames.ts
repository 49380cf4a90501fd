import type { BackendUser } from '../chat/users.js'

/** The `json` of a handshake's query: who wants to connect. */
export function readHandshake(json: string | null) {
  let payload: Record<string, unknown> = {}
  try {
    payload = { ...(JSON.parse(json ?? '{}') as object) }
  } catch {
    // Refused later, for want of a user.
  }
  const { user_id, user_details, client_request_id } = payload
  return {
    userId: typeof user_id === 'string' ? user_id : '',
    user: { id: '', ...(user_details as object | undefined) } as BackendUser,
    requestId: typeof client_request_id === 'string' ? client_request_id : null,
  }
}

/** Whether a frame from the client is its regular sign of life. */
export function isPing(text: string): boolean {
  try {
    const frame: unknown = JSON.parse(text)
    const first = Array.isArray(frame) ? (frame[0] as { type?: unknown } | undefined) : undefined
    return first?.type === 'health.check'
  } catch {
    return false
  }
}
