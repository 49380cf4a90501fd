import type { ApiCall } from './apiCall.js'
import type { Counters } from '../controls/counters.js'
import { applyFaults, strangeResponse, type Faults } from '../controls/faults.js'
import type { Timers } from '../controls/timers.js'
import type { Tokens } from '../tokens/tokens.js'
import { ApiError, errorResponse, jsonResponse, UnreachableError } from '../wire/wire.js'

export interface HttpApiOptions {
  readonly faults: Faults
  readonly timers: Timers
  readonly tokens: Tokens
  readonly counters: Counters
  /** Answers an authenticated call, or throws an `ApiError`. */
  readonly answer: (call: ApiCall) => Promise<object>
}

/** Wraps the routes with faults, authentication, error answers and the log. */
export function createHttpApi({ faults, timers, tokens, counters, answer }: HttpApiOptions) {
  async function respond(request: Request, query: URLSearchParams) {
    const { method, headers, url } = request
    const caller = await tokens.authenticate({
      apiKey: query.get('api_key'),
      authType: headers.get('stream-auth-type'),
      token: headers.get('Authorization'),
      userId: query.get('user_id') ?? '',
    })
    const path = new URL(url).pathname.split('/').slice(1).map(decodeURIComponent)
    const file = await readFile(request)
    const text = method === 'GET' ? query.get('payload') : file ? null : await request.text()
    const call = { method, path, query, body: readJson(text), file, origin: originOf(request) }
    return jsonResponse(await answer({ ...call, caller }), method === 'POST' ? 201 : 200)
  }

  return async (request: Request, signal: AbortSignal): Promise<Response> => {
    const { pathname, searchParams: query } = new URL(request.url)
    let code: number | null = null
    let response: Response
    try {
      await applyFaults(faults, timers, signal)
      const strange = strangeResponse(faults)
      if (strange) return strange
      response = await respond(request, query)
    } catch (error) {
      if (error instanceof UnreachableError) throw error
      const apiError = error instanceof ApiError ? error : new ApiError(-1, String(error))
      code = apiError.code
      response = errorResponse(apiError)
    }
    counters.request({
      at: new Date(timers.now()),
      method: request.method,
      path: pathname,
      userId: query.get('user_id') ?? '',
      requestId: request.headers.get('x-client-request-id'),
      status: response.status,
      code,
    })
    return response
  }
}

/** Reads the file from an upload's form. */
async function readFile(request: Request): Promise<File | null> {
  if (!request.headers.get('Content-Type')?.startsWith('multipart/form-data')) return null
  const form = await request.formData().catch(() => {
    throw new ApiError(4, 'the body is not a form')
  })
  const file = form.get('file')
  return typeof file === 'string' ? null : file
}

/** Origin that the client used, by `Host`; the request's own URL may only say localhost. */
function originOf({ url, headers }: Request): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${headers.get('Host') ?? host}`
}

function readJson(text: string | null): Record<string, unknown> {
  if (!text) return {}
  try {
    return { ...(JSON.parse(text) as object) }
  } catch {
    throw new ApiError(4, 'the body is not JSON')
  }
}
