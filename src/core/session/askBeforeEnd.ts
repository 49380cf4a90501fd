import { reportToApp } from '../tools/callApp.js'
import { setLongTimer } from '../tools/deadline.js'
import { createDeferred } from '../tools/deferred.js'
import { quiet } from '../tools/quiet.js'
import type { Environment } from '../environment.js'
import type { ChatAuthOptions, EndingSession } from '../options.js'
import type { Outbox } from '../outbox.js'

/** Asks the app's `beforeSessionEnd` whether a live session may end. */
export interface AskBeforeEnd<Client> {
  /** Resolves with the app's answer. Several intents that would end the same session share one call. */
  ask(ending: EndingSession<Client>): Promise<boolean>
  /** Resolves a pending answer with `true`, because the session in question is over. */
  sessionOver(): void
  /** Keeps the rejection of a request unreported while the hook, which may have sent it, runs. */
  ofHook<T>(request: Promise<T>): Promise<T>
}

export interface AskBeforeEndOptions<Client> {
  /** Read at each call. A late answer or an error lets the session end. */
  readonly callbacks: Pick<ChatAuthOptions<Client>, 'beforeSessionEnd' | 'onEvent'>
  readonly timeoutMs: number
  readonly environment: Environment
  readonly outbox: Outbox
  /** Whether this session goes on. After its end, an error of the hook may be caused by that end. */
  readonly isCurrent: (sessionId: string) => boolean
}

/** A call of the hook that has not been answered. */
interface Question {
  readonly sessionId: string
  readonly answer: Promise<boolean>
  readonly settle: (mayEnd: boolean) => void
}

export function createAskBeforeEnd<Client>(
  options: AskBeforeEndOptions<Client>,
): AskBeforeEnd<Client> {
  const { callbacks, timeoutMs, environment, outbox, isCurrent } = options
  /** Set by `ask`, reset by `settle`. */
  let asking: Question | null = null

  function begin(ending: EndingSession<Client>): Question {
    const { sessionId } = ending
    const answered = createDeferred<boolean>()
    const cancelLimit = setLongTimer(environment, cutOff, timeoutMs)
    const question = { sessionId, answer: answered.promise, settle }

    function settle(mayEnd: boolean): void {
      cancelLimit()
      // ask A → A's session ends otherwise → ask B → A's hook answers: unchecked, B's question is lost.
      if (asking === question) asking = null
      answered.resolve(mayEnd)
    }

    function cutOff(): void {
      const event = { type: 'before-end-cut-off', timeoutMs, sessionId } as const
      const atMs = environment.now()
      // A session that has failed meanwhile emits no event after `session-failed`.
      if (isCurrent(sessionId)) outbox.tell(() => callbacks.onEvent?.({ ...event, atMs }))
      settle(true)
    }

    outbox.tell(() => {
      const itsFetch: typeof ending.fetch = (input, init) => quiet(ending.fetch(input, init))
      // Async, so that an error thrown by the hook and a rejection of its promise are one case.
      const hook = async () => callbacks.beforeSessionEnd?.({ ...ending, fetch: itsFetch })
      hook().then(
        (mayEnd) => settle(mayEnd !== false),
        (error: unknown) => {
          // limit → session ends → the hook's own request rejects → the hook rejects: not an app error.
          if (asking === question && isCurrent(sessionId)) reportToApp(environment, error)
          settle(true)
        },
      )
    })
    return question
  }

  return {
    ask(ending) {
      if (asking?.sessionId !== ending.sessionId) asking = begin(ending)
      return asking.answer
    },
    sessionOver: () => asking?.settle(true),
    ofHook: (request) => (asking ? quiet(request) : request),
  }
}
