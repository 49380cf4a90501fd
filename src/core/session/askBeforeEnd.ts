import { reportToApp } from '../tools/callApp.js'
import { setLongTimer } from '../tools/deadline.js'
import { createDeferred } from '../tools/deferred.js'
import { quiet } from '../tools/quiet.js'
import type { Environment } from '../environment.js'
import type { ChatAuthOptions, EndingSession } from '../options.js'
import type { Outbox } from '../outbox.js'

/** Asks the app whether a live session may end. */
export interface AskBeforeEnd<Client> {
  /** Resolves with the answer. The app is asked once, however many intents would end the session. */
  ask(ending: EndingSession<Client>): Promise<boolean>
  /** The session that was asked about is over: whoever waits for the answer goes on. */
  sessionOver(): void
  /** Takes a request that the hook may have sent: its rejection goes unreported while the app is asked. */
  ofHook<T>(request: Promise<T>): Promise<T>
}

export interface AskBeforeEndOptions<Client> {
  /** Looked up when they are due. An answer that is late, or an error, lets the session end. */
  readonly callbacks: Pick<ChatAuthOptions<Client>, 'beforeSessionEnd' | 'onEvent'>
  readonly timeoutMs: number
  readonly environment: Environment
  readonly outbox: Outbox
  /** Whether this session goes on: an error of the hook after its end may come of that end. */
  readonly isCurrent: (sessionId: string) => boolean
}

/** A question under way. */
interface Question {
  readonly sessionId: string
  readonly answer: Promise<boolean>
  readonly settle: (mayEnd: boolean) => void
}

export function createAskBeforeEnd<Client>(
  options: AskBeforeEndOptions<Client>,
): AskBeforeEnd<Client> {
  const { callbacks, timeoutMs, environment, outbox, isCurrent } = options
  /** Set where one is asked, reset where it settles. */
  let asking: Question | null = null

  function begin(ending: EndingSession<Client>): Question {
    const { sessionId } = ending
    const answered = createDeferred<boolean>()
    const cancelLimit = setLongTimer(environment, cutOff, timeoutMs)
    const question = { sessionId, answer: answered.promise, settle }

    function settle(mayEnd: boolean): void {
      cancelLimit()
      // A session that ended otherwise may be answered for while the next one is asked about.
      if (asking === question) asking = null
      answered.resolve(mayEnd)
    }

    function cutOff(): void {
      const event = { type: 'before-end-cut-off', timeoutMs, sessionId } as const
      const atMs = environment.now()
      // The last event of a session that has failed meanwhile was its failure.
      if (isCurrent(sessionId)) outbox.tell(() => callbacks.onEvent?.({ ...event, atMs }))
      settle(true)
    }

    outbox.tell(() => {
      const itsFetch: typeof ending.fetch = (input, init) => quiet(ending.fetch(input, init))
      // Async, so that what the hook throws at once and what it throws later are one case.
      const hook = async () => callbacks.beforeSessionEnd?.({ ...ending, fetch: itsFetch })
      hook().then(
        (mayEnd) => settle(mayEnd !== false),
        (error: unknown) => {
          // limit → the session ends → the hook's own request rejects → so does the hook: no fault of it.
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
