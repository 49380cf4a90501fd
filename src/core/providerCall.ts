import { setLongTimer } from './deadline.js'
import type { Environment } from './environment.js'
import { ChatAuthError, isChatAuthError } from './errors.js'
import type { TokenProvider, TokenRequest } from './types.js'

/** One call of a token provider, bounded in time. */
export interface ProviderCall {
  /** What the provider returned, unchecked. Rejects with a `ChatAuthError`. */
  readonly result: Promise<unknown>
  /** Rejects the result with `error` and aborts the provider's signal. */
  abort(error: ChatAuthError): void
}

export function callProvider(
  provider: TokenProvider,
  request: Omit<TokenRequest, 'signal'>,
  timeoutMs: number,
  environment: Environment,
): ProviderCall {
  const controller = environment.createAbortController()
  let abort: (error: ChatAuthError) => void = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = (error) => {
      reject(error)
      controller.abort(error)
    }
  })
  const cancelTimeout = setLongTimer(
    environment,
    () => abort(new ChatAuthError('token-provider-timeout')),
    timeoutMs,
  )
  return { result: Promise.race([ask(), aborted]).finally(cancelTimeout), abort }

  async function ask(): Promise<unknown> {
    const fullRequest = { ...request, signal: controller.signal }
    try {
      return await (typeof provider === 'function'
        ? provider(fullRequest)
        : provider.getToken(fullRequest))
    } catch (error) {
      throw providerError(error)
    }
  }
}

/** What providers put on their errors: `permanent` by our contract, the rest as HTTP clients do. */
interface ProviderFailure {
  permanent?: unknown
  status?: unknown
  retryAfterMs?: unknown
  response?: { status?: unknown } | null
}

function providerError(cause: unknown): ChatAuthError {
  if (isChatAuthError(cause)) return cause
  const failure: ProviderFailure = typeof cause === 'object' && cause !== null ? cause : {}
  const status = failure.status ?? failure.response?.status
  const isPermanent = failure.permanent === true || status === 401 || status === 403
  const retryAfterMs = typeof failure.retryAfterMs === 'number' ? failure.retryAfterMs : undefined
  return new ChatAuthError(isPermanent ? 'token-provider-denied' : 'token-provider-failed', {
    cause,
    retryAfterMs,
  })
}
