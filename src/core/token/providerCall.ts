import { setLongTimer } from '../tools/deadline.js'
import { createDeferred } from '../tools/deferred.js'
import type { Environment } from '../environment.js'
import { ChatAuthError } from '../errors.js'
import type { Outbox } from '../outbox.js'
import { explainFailure, returnedPageError } from './providerFailure.js'
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
      (value) => {
        const error = returnedPageError(value)
        settle(() => (error ? answer.reject(error) : answer.resolve(value)))
      },
      (thrown: unknown) =>
        explainFailure(thrown, environment, controller.signal, (error) =>
          settle(() => answer.reject(error)),
        ),
    )
  })
  return { result: answer.promise, abort }
}
