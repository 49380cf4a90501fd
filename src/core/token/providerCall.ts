import { setLongTimer } from '../tools/deadline.js'
import { createDeferred } from '../tools/deferred.js'
import type { Environment } from '../environment.js'
import { ChatAuthError, isChatAuthError } from '../errors.js'
import type { Outbox } from '../outbox.js'
import { attempt, isObject } from '../tools/reading.js'
import type { TokenProvider, TokenRequest } from '../types.js'

/** One call of a token provider, bounded in time. */
export interface ProviderCall {
  /** What the provider returned, unchecked. Rejects with a `ChatAuthError`. */
  readonly result: Promise<unknown>
  /** Rejects the result with `error` and aborts the provider's signal. */
  abort(error: ChatAuthError): void
}

export interface ProviderCallOptions {
  readonly timeoutMs: number
  readonly environment: Environment
  readonly outbox: Outbox
}

export function callProvider(
  provider: TokenProvider,
  request: Omit<TokenRequest, 'signal'>,
  { timeoutMs, environment, outbox }: ProviderCallOptions,
): ProviderCall {
  const controller = environment.createAbortController()
  const answer = createDeferred<unknown>()
  const cancelTimeout = setLongTimer(
    environment,
    () => abort(new ChatAuthError('token-provider-timeout')),
    timeoutMs,
  )
  let isOver = false

  function settle(act: () => void): void {
    if (isOver) return
    isOver = true
    cancelTimeout()
    act()
  }

  function abort(error: ChatAuthError): void {
    settle(() => {
      answer.reject(error)
      // The provider's own listeners hear of it.
      outbox.tell(() => controller.abort(error))
    })
  }

  outbox.tell(() => {
    if (isOver) return
    // Async, so that what it throws at once and what it throws later are one case.
    const ask = async () => {
      const fullRequest = { ...request, signal: controller.signal }
      return typeof provider === 'function' ? provider(fullRequest) : provider.getToken(fullRequest)
    }
    ask().then(
      (value) => settle(() => answer.resolve(value)),
      (error: unknown) => settle(() => answer.reject(providerError(error))),
    )
  })
  return { result: answer.promise, abort }
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
  // Fields that throw when they are read say nothing.
  const { isPermanent, retryAfterMs } = attempt(() => readFailure(cause), {})
  return new ChatAuthError(isPermanent ? 'token-provider-denied' : 'token-provider-failed', {
    cause,
    retryAfterMs,
  })
}

function readFailure(cause: unknown): { isPermanent?: boolean; retryAfterMs?: number | undefined } {
  const failure: ProviderFailure = isObject(cause) ? cause : {}
  const status = failure.status ?? failure.response?.status
  const isPermanent = failure.permanent === true || status === 401 || status === 403
  const retryAfterMs = typeof failure.retryAfterMs === 'number' ? failure.retryAfterMs : undefined
  return { isPermanent, retryAfterMs }
}
