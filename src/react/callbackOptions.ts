import type { ChatAuthOptions } from '../core/options.js'

/** The options that are functions for the app to be told or asked. A provider may be an object, and is no callback. */
export type CallbackOption = {
  [Option in keyof ChatAuthOptions]-?: NonNullable<ChatAuthOptions[Option]> extends (
    ...args: never[]
  ) => unknown
    ? Option
    : never
}[keyof ChatAuthOptions]

/** All of them: the compiler asks for one that is new. */
const callbackOptions: Record<CallbackOption, true> = {
  onEvent: true,
  beforeSessionEnd: true,
  afterSessionEnd: true,
}

/** These options, whose callbacks are those of `latest()` at the time they are looked at. */
export function withLatestCallbacks<Client>(
  options: ChatAuthOptions<Client>,
  latest: () => ChatAuthOptions<Client>,
): ChatAuthOptions<Client> {
  const fresh = { ...options }
  for (const name of Object.keys(callbackOptions) as CallbackOption[]) {
    // A getter, and not a function that calls the latest: whether there is one makes a difference too.
    Object.defineProperty(fresh, name, { enumerable: true, get: () => latest()[name] })
  }
  return fresh
}
