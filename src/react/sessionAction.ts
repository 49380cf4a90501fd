import {
  MutationObserver,
  notifyManager,
  type QueryClient,
  type UseMutationOptions,
} from '@tanstack/react-query'
import type { ChatAuthError } from '../core/errors.js'
import { ignoreRejection } from './ignoreRejection.js'

/** The `variables` of an action's mutation; never contains a token or a provider. */
export interface SessionAction {
  readonly type:
    | 'connectUser'
    | 'switchUser'
    | 'updateUser'
    | 'setGuestUser'
    | 'upgradeGuest'
    | 'connectAnonymousUser'
    | 'refreshToken'
    | 'retry'
    | 'disconnectUser'
  /** Id of the user to connect; null for other actions. */
  readonly userId: string | null
}

/** TanStack Query's mutation callbacks, called for every action of this hook. */
export type SessionActionCallbacks = Pick<
  UseMutationOptions<void, ChatAuthError, SessionAction>,
  'onMutate' | 'onSuccess' | 'onError' | 'onSettled'
>

/** Fields of the last action called through this hook, from its TanStack mutation. */
export interface SessionActionFields {
  /** Whether the action is in flight. */
  readonly isPending: boolean
  /** Type of the action in flight, or null. */
  readonly pendingAction: SessionAction['type'] | null
  /**
   * Error of the action, or null. `superseded` and `vetoed` set no error: a later action took its place,
   * or a person kept the session. The promise and `onError` receive both.
   */
  readonly actionError: ChatAuthError | null
}

/** State of the last action called through this hook, from its TanStack mutation. */
export interface SessionActionState extends SessionActionFields {
  /** Clears `actionError`. */
  readonly reset: () => void
}

/** Fields of a hook whose actions were not called. */
export const noAction: SessionActionFields = {
  isPending: false,
  pendingAction: null,
  actionError: null,
}

/** How each field is read. */
export const actionFields: {
  readonly [Field in keyof SessionActionFields]: (
    state: unknown,
    action: SessionActionFields,
  ) => SessionActionFields[Field]
} = {
  isPending: (_, action) => action.isPending,
  pendingAction: (_, action) => action.pendingAction,
  actionError: (_, action) => action.actionError,
}

/** Runs a hook's actions as mutations. */
export interface ActionRunner {
  /** Wraps a started action in a mutation. */
  run<T>(started: Promise<T>, action: SessionAction): Promise<T>
  read(): SessionActionFields
  reset(): void
  setCallbacks(callbacks: SessionActionCallbacks | undefined): void
  /** Calls `listener` when the fields have changed. Returns a function that stops this. */
  follow(listener: () => void): () => void
}

// Promises are kept outside the mutations' variables, because a closure in the cache would keep its token.
const underway = new WeakMap<SessionAction, Promise<unknown>>()

export function createActionRunner(
  queryClient: QueryClient,
  callbacks: SessionActionCallbacks | undefined,
): ActionRunner {
  const observer = new MutationObserver(queryClient, optionsWith(callbacks))
  let latest: SessionAction | null = null

  return {
    run(started, action) {
      underway.set(action, ignoreRejection(started))
      latest = action
      const done = observer.mutate(action).then(() => {
        // Reset after a success, whose variables and `onMutate` result would outlive the session.
        if (latest === action) observer.reset()
        return started
      })
      return ignoreRejection(done)
    },
    read() {
      const { isPending, variables, error } = observer.getCurrentResult()
      return {
        isPending,
        pendingAction: isPending ? variables.type : null,
        actionError: error && isAnswer(error) ? null : error,
      }
    },
    reset: () => observer.reset(),
    setCallbacks: (latestCallbacks) => observer.setOptions(optionsWith(latestCallbacks)),
    follow: (listener) => observer.subscribe(notifyManager.batchCalls(listener)),
  }
}

function optionsWith(
  callbacks: SessionActionCallbacks | undefined,
): UseMutationOptions<void, ChatAuthError, SessionAction> {
  return {
    ...callbacks,
    mutationKey: ['chat-auth'],
    mutationFn: resultOf,
    // Overrides the app's defaults. Core retries and tracks the network itself, and a log-out must work
    // offline. Failures become state and must not reach an error boundary.
    retry: false,
    networkMode: 'always',
    throwOnError: false,
    gcTime: 0,
  }
}

async function resultOf(action: SessionAction): Promise<void> {
  await underway.get(action)
}

/** Whether the action ended in an answer, and not in a failure. */
function isAnswer({ code }: ChatAuthError): boolean {
  return code === 'superseded' || code === 'vetoed'
}
