import type { Environment } from '../environment.js'
import { ChatAuthError, isChatAuthError } from '../errors.js'
import { setLongTimer } from '../tools/deadline.js'
import { hasNoAnswer } from '../tools/noAnswer.js'
import { onAbort } from '../tools/onAbort.js'
import { readBeginning, type ReadableAnswer } from '../tools/readBeginning.js'
import { attempt } from '../tools/reading.js'
import { isMarkup, isParsedPage } from '../tools/webPage.js'
import { endpointError, isWebPage, webPageError } from './endpointError.js'
import { findAnswer, type ThrownAnswer } from './thrownAnswer.js'

/** How much of a thrown `Response` is read, in bytes: its reason is longer in no API. */
export const maxReasonBytes = 8192

/** How long a thrown `Response` may take to say its reason, in milliseconds. */
export const reasonTimeoutMs = 2000

/** The error for a page that a provider returned for a token, as `await response.text()`; else null. */
export function returnedPageError(value: unknown): ChatAuthError | null {
  return typeof value === 'string' && isMarkup(value) ? webPageError({}) : null
}

/**
 * Calls back with the error that stands for what a token provider threw: at once, or once the reason in
 * a `Response` has been read.
 * @param signal aborted when nobody waits for it any more
 */
export function explainFailure(
  thrown: unknown,
  environment: Environment,
  signal: AbortSignal,
  done: (error: ChatAuthError) => void,
): void {
  if (isChatAuthError(thrown)) return done(thrown)
  // Fields that throw when they are read say nothing.
  const answer = attempt(() => findAnswer(thrown, environment.now()), null)
  const tell = (found: ThrownAnswer | null): void => {
    const otherwise = () => new ChatAuthError('token-provider-failed', { cause: thrown })
    done(attempt(() => failureOf(thrown, found), null) ?? otherwise())
  }
  if (!answer?.unread) return tell(answer)
  readReasonOf(answer.unread, environment, signal).then(
    (body) => tell({ ...answer, body }),
    () => tell({ ...answer, body: undefined }),
  )
}

function failureOf(cause: unknown, answer: ThrownAnswer | null): ChatAuthError {
  const options = { cause, retryAfterMs: answer?.retryAfterMs }
  if (answer?.isPermanent) return new ChatAuthError('token-provider-denied', options)
  if (answer?.status !== undefined) return endpointError(answer, options)
  if ((answer && isWebPage(answer)) || isParsedPage(cause))
    return webPageError(answer ?? {}, options)
  const isUnreachable = hasNoAnswer(cause)
  return new ChatAuthError(
    isUnreachable ? 'token-endpoint-unreachable' : 'token-provider-failed',
    options,
  )
}

/** What a `Response` says; undefined if it cannot be read, or says nothing in time. */
function readReasonOf(
  unread: ReadableAnswer,
  environment: Environment,
  signal: AbortSignal,
): Promise<string | undefined> {
  const reading = environment.createAbortController()
  const giveUp = (): void => {
    stop()
    reading.abort()
  }
  const cancelTimeout = setLongTimer(environment, giveUp, reasonTimeoutMs)
  const stopFollowing = onAbort(signal, giveUp)
  const stop = (): void => {
    cancelTimeout()
    stopFollowing()
  }
  // Async, for a body that is locked throws at once.
  const read = async () => readBeginning(unread, reading.signal, maxReasonBytes)
  return read()
    .then(({ text, isWhole }) => (isWhole || text ? text : undefined))
    .finally(stop)
}
