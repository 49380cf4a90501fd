import type { ChatAuthOptions } from '../core/options.js'

/** The options that tell or ask the app something. A token provider may be an object, and is none of them. */
type CallbackOption = {
  [Option in keyof ChatAuthOptions]-?: NonNullable<ChatAuthOptions[Option]> extends (
    ...args: never[]
  ) => unknown
    ? Option
    : never
}[keyof ChatAuthOptions]

type Callbacks<Client> = { [Option in CallbackOption]: ChatAuthOptions<Client>[Option] }

/** All callbacks of the options, whether given or not. The compiler asks for one that is new. */
export function callbacksOf<Client>(options: ChatAuthOptions<Client>): Callbacks<Client> {
  return {
    onEvent: options.onEvent,
    beforeSessionEnd: options.beforeSessionEnd,
    afterSessionEnd: options.afterSessionEnd,
  }
}
