import type { HeldRequest } from './heldRequest.js'

/** What a request says about whose token it wants; null if its body cannot be read. */
export type NamedUsers = readonly unknown[] | null

/**
 * Every user id in the query, or in the body of a POST, as `user_id` or `userId`; JSON or a form. They
 * are there to be compared, never to be believed.
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
