/** No user id needs more than this, in bytes of the request's body. */
const longestBody = 4096

/** What a request says about whose token it wants; a number is the status to refuse it with. */
export type NamedUsers = readonly unknown[] | 400 | 413

/**
 * Every user id in the query, or in the body of a POST, as `user_id` or `userId`; JSON or a form. They
 * are there to be compared, never to be believed.
 */
export async function readNamedUsers(request: Request): Promise<NamedUsers> {
  const named: unknown[] = idsIn(new URL(request.url).searchParams)
  if (request.method !== 'POST') return named
  const text = await readText(request)
  if (text === null) return 413
  if (text.trim() === '') return named
  if (request.headers.get('Content-Type')?.includes('application/x-www-form-urlencoded')) {
    return [...named, ...idsIn(new URLSearchParams(text))]
  }
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null) return 400
    const { user_id: userId, userId: camelCased } = body as Record<string, unknown>
    return [...named, userId, camelCased].filter((id) => id !== undefined)
  } catch {
    return 400
  }
}

function idsIn(params: URLSearchParams): string[] {
  return [...params.getAll('user_id'), ...params.getAll('userId')]
}

/** null once it is too long; the rest is then not read. */
async function readText({ body }: Request): Promise<string | null> {
  if (!body) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let length = 0; ;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    length += value.length
    if (length > longestBody) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}
