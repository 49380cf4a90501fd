import type { ChatAuthOptions } from '../core/options.js'

/** Names of the callback options. `tokenProvider` is not one, because it may be an object. */
type CallbackOption = {
  [Option in keyof ChatAuthOptions]-?: NonNullable<ChatAuthOptions[Option]> extends (
    ...args: never[]
  ) => unknown
    ? Option
    : never
}[keyof ChatAuthOptions]

type Callbacks<Client> = { [Option in CallbackOption]: ChatAuthOptions<Client>[Option] }

/** Picks all callbacks of the options, given or not; the compiler reports a missing name. */
export function callbacksOf<Client>(options: ChatAuthOptions<Client>): Callbacks<Client> {
  return {
    onEvent: options.onEvent,
    confirmEnd: options.confirmEnd,
    unsaved: options.unsaved,
    beforeSessionEnd: options.beforeSessionEnd,
    afterSessionEnd: options.afterSessionEnd,
  }
}
