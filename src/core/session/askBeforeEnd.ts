import { reportToApp } from '../tools/callApp.js'
import { within } from '../tools/deadline.js'
import { createDeferred } from '../tools/deferred.js'
import type { Environment } from '../environment.js'
import type { ChatAuthOptions, EndingSession } from '../options.js'
import type { Outbox } from '../outbox.js'

/** Asks the app whether a live session may end; once, however many intents would end it. */
export type AskBeforeEnd<Client> = (ending: EndingSession<Client>) => Promise<boolean>

export interface AskBeforeEndOptions<Client> {
  /** Its hook is looked up when it is due. An answer that is late, or an error, lets the session end. */
  readonly callbacks: Pick<ChatAuthOptions<Client>, 'beforeSessionEnd'>
  readonly timeoutMs: number
  readonly environment: Environment
  readonly outbox: Outbox
}

export function createAskBeforeEnd<Client>(
  options: AskBeforeEndOptions<Client>,
): AskBeforeEnd<Client> {
  const { callbacks, timeoutMs, environment, outbox } = options
  /** The question under way. Set where one is asked, reset by its own answer. */
  let asking: { readonly sessionId: string; readonly answer: Promise<boolean> } | null = null

  /** What the hook answers; its error is the app's, and lets the session end. */
  function ask(ending: EndingSession<Client>): Promise<void | boolean> {
    const answered = createDeferred<void | boolean>()
    outbox.tell(() => {
      // Async, so that what the hook throws at once and what it throws later are one case.
      const hook = async () => callbacks.beforeSessionEnd?.(ending)
      hook().then(answered.resolve, (error: unknown) => {
        reportToApp(environment, error)
        answered.resolve()
      })
    })
    return answered.promise
  }

  return (ending) => {
    if (asking?.sessionId === ending.sessionId) return asking.answer
    const answer: Promise<boolean> = within(environment, timeoutMs, ask(ending)).then((mayEnd) => {
      // A session that ended otherwise may be answered for while the next one is asked about.
      if (asking?.answer === answer) asking = null
      return mayEnd !== false
    })
    asking = { sessionId: ending.sessionId, answer }
    return answer
  }
}
