/** HTTP status of each of the protocol's error codes. */
const statusOf = {
  [-1]: 500,
  2: 401,
  4: 400,
  5: 401,
  9: 429,
  16: 404,
  17: 403,
  40: 401,
  41: 401,
  42: 401,
  43: 401,
  46: 400,
  69: 403,
  99: 403,
} as const

/** Error codes of the protocol that the backend answers with. */
export type ApiErrorCode = keyof typeof statusOf

/** Error of the protocol: an HTTP answer, or the `error` of a socket's frame. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message)
    this.status = statusOf[code]
  }

  /** Builds the error's wire format. */
  toJSON() {
    return {
      code: this.code,
      message: this.message,
      StatusCode: this.status,
      duration: '0.00ms',
      more_info: 'https://getstream.io/chat/docs/api_errors_response',
      details: [] as number[],
    }
  }
}

/** Thrown where a real network would give no answer; hosts turn it into their own failure. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

const cors = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Retry-After',
}

export function jsonResponse(body: object, status = 200, headers: Record<string, string> = {}) {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      ...cors,
      ...headers,
    },
  })
}

export function textResponse(body: string, status: number, contentType: string) {
  return new Response(body, { status, headers: { 'Content-Type': contentType, ...cors } })
}

export function redirectResponse(location: string) {
  return new Response(null, { status: 302, headers: { Location: location, ...cors } })
}

export function errorResponse(error: ApiError) {
  const seconds = error.retryAfterSeconds
  return jsonResponse(
    error.toJSON(),
    error.status,
    seconds === undefined ? {} : { 'Retry-After': String(seconds) },
  )
}

/** Answers a CORS preflight. */
export function preflightResponse(request: Request) {
  const requested = request.headers.get('Access-Control-Request-Headers')
  return new Response(null, {
    status: 204,
    headers: {
      ...cors,
      'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
      // Listed by name, because `*` does not cover Authorization.
      'Access-Control-Allow-Headers': requested ?? 'Authorization',
      'Access-Control-Max-Age': '600',
    },
  })
}

export const htmlPage = '<!doctype html><title>Welcome</title><p>This is not the chat backend.</p>'
