import { callApp } from './callApp.js'
import { within } from './deadline.js'
import type { Environment } from './environment.js'
import type { EndingSession } from './options.js'

/** Asks the app whether a live session may end; once, however many intents would end it. */
export type AskBeforeEnd<Client> = (ending: EndingSession<Client>) => Promise<boolean>

/** @param beforeSessionEnd the app's answer; one that is late, or an error, lets the session end */
export function createAskBeforeEnd<Client>(
  beforeSessionEnd: (ending: EndingSession<Client>) => void | boolean | Promise<void | boolean>,
  timeoutMs: number,
  environment: Environment,
): AskBeforeEnd<Client> {
  let asking: { readonly sessionId: string; readonly answer: Promise<boolean> } | null = null

  return (ending) => {
    if (asking?.sessionId === ending.sessionId) return asking.answer
    const answered = callApp(environment, () => beforeSessionEnd(ending))
    const answer = within(environment, timeoutMs, answered).then((mayEnd) => {
      asking = null
      return mayEnd !== false
    })
    asking = { sessionId: ending.sessionId, answer }
    return answer
  }
}
