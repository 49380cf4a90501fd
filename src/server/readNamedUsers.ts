import type { HeldRequest } from './heldRequest.js'

/** User ids that a request names; null if its body cannot be read. */
export type NamedUsers = readonly unknown[] | null

/**
 * Reads every `user_id` or `userId` in the query and in a POST's body, JSON or a form. The ids are only
 * compared, never trusted.
 */
export async function readNamedUsers(held: HeldRequest, text: string): Promise<NamedUsers> {
  const { url, headers } = held.fresh()
  const named: unknown[] = idsIn(new URL(url).searchParams)
  if (text.trim() === '') return named
  const type = headers.get('Content-Type')?.toLowerCase() ?? ''
  try {
    if (type.includes('application/x-www-form-urlencoded')) {
      return [...named, ...idsIn(new URLSearchParams(text))]
    }
    if (type.includes('multipart/form-data')) {
      return [...named, ...idsIn(await held.fresh().formData())]
    }
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null) return null
    const { user_id: userId, userId: camelCased } = body as Record<string, unknown>
    return [...named, userId, camelCased].filter((id) => id !== undefined)
  } catch {
    return null
  }
}

function idsIn(params: Pick<FormData, 'getAll'>): unknown[] {
  return [...params.getAll('user_id'), ...params.getAll('userId')]
}
