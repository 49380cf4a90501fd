import { createDeferred } from '../tools/deferred.js'
import { callApp, reportToApp } from '../tools/callApp.js'
import { ChatAuthError } from '../errors.js'
import type { Environment } from '../environment.js'
import type { ChatAuthOptions, EndQuestion } from '../options.js'
import type { Outbox } from '../outbox.js'
import { isSameIdentity } from '../types.js'
import { endAskerOf } from './endAskers.js'
import type { Store } from './store.js'

/** Facts that core knows about an end. The app's count and the signal are added when the app is asked. */
export type EndInQuestion<Client> = Omit<EndQuestion<Client>, 'unsaved' | 'signal'>

/** Asks a person, through the app's `confirmEnd`, whether a live session may end. */
export interface ConfirmEnd<Client> {
  /**
   * Whether somebody asks: the app's `confirmEnd` at every end, a component of the app's only if something
   * would be lost.
   */
  hasToAsk(heldRequests: number): boolean
  /**
   * Resolves if the session may end, or if the question is withdrawn. Intents that would end the same
   * session for the same identity share one question, also once it is answered; another one takes its
   * place.
   * @throws ChatAuthError `vetoed`
   */
  ask(end: EndInQuestion<Client>): Promise<void>
  /** Drops the question or its answer: the session is over, or goes on for another reason. */
  withdraw(): void
}

export interface ConfirmEndOptions<Client> {
  /** Read at each question. */
  readonly callbacks: Pick<ChatAuthOptions<Client>, 'confirmEnd' | 'unsaved'>
  readonly environment: Environment
  readonly outbox: Outbox
  /** Its `subscribe` is the handle's, by which components that ask are found. */
  readonly store: Pick<Store<Client>, 'subscribe'>
}

/** A question that is open, or was answered with yes. */
interface Question<Client> {
  readonly end: EndInQuestion<Client>
  readonly answer: Promise<void>
  readonly withdraw: () => void
}

export function createConfirmEnd<Client>(options: ConfirmEndOptions<Client>): ConfirmEnd<Client> {
  const { callbacks, environment, outbox, store } = options
  /** Set by `ask`, reset by the question itself once it is withdrawn, or answered with no. */
  let latest: Question<Client> | null = null

  function begin(end: EndInQuestion<Client>): Question<Client> {
    const answered = createDeferred<void>()
    const controller = environment.createAbortController()
    const question = { end, answer: answered.promise, withdraw }
    let isOpen = true

    function withdraw(): void {
      latest = null
      answered.resolve()
      if (isOpen) outbox.tell(() => controller.abort(new ChatAuthError('superseded')))
      isOpen = false
    }

    function answer(mayEnd: boolean, cause?: unknown): void {
      isOpen = false
      if (mayEnd) return answered.resolve()
      latest = null
      answered.reject(new ChatAuthError('vetoed', { cause }))
    }

    outbox.tell(() => {
      // Withdrawn before the app was asked.
      if (!isOpen) return
      const { signal } = controller
      const asked = async () => {
        const question = { ...end, unsaved: countUnsaved(), signal }
        if (callbacks.confirmEnd) return callbacks.confirmEnd(question)
        return endAskerOf(store)?.(question, countUnsaved)
      }
      asked().then(
        (mayEnd) => isOpen && answer(mayEnd !== false),
        (error: unknown) => {
          // question → its signal aborts → the app's dialog rejects: not an app error.
          if (!isOpen) return
          reportToApp(environment, error)
          answer(false, error)
        },
      )
    })
    return question
  }

  function countUnsaved(): number {
    let unsaved = 0
    callApp(environment, () => {
      const told = Number(callbacks.unsaved?.())
      if (told > 0) unsaved = told
    })
    return unsaved
  }

  return {
    hasToAsk(heldRequests) {
      if (callbacks.confirmEnd) return true
      return endAskerOf(store) !== undefined && (heldRequests > 0 || countUnsaved() > 0)
    },
    ask(end) {
      if (!latest || !isSameEnd(latest.end, end)) {
        latest?.withdraw()
        latest = begin(end)
      }
      return latest.answer
    },
    withdraw: () => latest?.withdraw(),
  }
}

function isSameEnd<Client>(a: EndInQuestion<Client>, b: EndInQuestion<Client>): boolean {
  if (a.sessionId !== b.sessionId) return false
  return a.next && b.next ? isSameIdentity(a.next, b.next) : a.next === b.next
}
