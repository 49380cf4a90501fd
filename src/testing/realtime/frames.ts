import type { BackendUser } from '../chat/users.js'

/** Reads the `json` of a handshake's query, which names the user. */
export function readHandshake(json: string | null) {
  let payload: Record<string, unknown> = {}
  try {
    payload = { ...(JSON.parse(json ?? '{}') as object) }
  } catch {
    // The handshake is refused later, because it has no user.
  }
  const { user_id, user_details, device, client_request_id } = payload
  return {
    userId: typeof user_id === 'string' ? user_id : '',
    user: { id: '', ...(user_details as object | undefined) } as BackendUser,
    device: readDevice(device),
    requestId: typeof client_request_id === 'string' ? client_request_id : null,
  }
}

/** Reads a device for push notifications; null if it is none. */
export function readDevice(value: unknown) {
  const { id, push_provider, push_provider_name } = { ...(value as object | undefined) } as Record<
    string,
    unknown
  >
  if (typeof id !== 'string' || typeof push_provider !== 'string') return null
  return {
    id,
    push_provider,
    ...(typeof push_provider_name === 'string' && { push_provider_name }),
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
