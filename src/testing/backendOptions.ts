import { checkFunction, checkObject, checkText, misuse } from '../server/checks.js'
import { readSecrets, type ApiSecret } from '../server/secrets.js'
import type { BackendChannel } from './chat/channels.js'
import type { GuestPermissions } from './chat/permissions.js'
import type { BackendUser } from './chat/users.js'
import type { BackendClock } from './controls/timers.js'

/** Options of `createChatBackend`; the defaults suit most tests. */
export interface ChatBackendOptions {
  /** @default 'test-key' */
  apiKey?: string
  /**
   * Secret that signs tokens. Of several, the first signs and all are accepted.
   * @default a fixed secret
   */
  secret?: ApiSecret
  /**
   * Origin of the in-memory and the in-browser host.
   * @default 'https://chat.test'
   */
  url?: string
  /**
   * Time and timers; pass a `createManualClock()` to stop time.
   * @default the real clock
   */
  clock?: BackendClock
  /**
   * Whether tokens are checked. `false` accepts every token, also `devToken`s, as a development backend
   * does.
   * @default true
   */
  authChecks?: boolean
  /** @default Jane and Bob */
  users?: readonly BackendUser[]
  /** @default a livestream, `town-hall`, and a messaging channel open to all users, `team` */
  channels?: readonly BackendChannel[]
  guests?: GuestPermissions
}

const caller = 'createChatBackend'

/**
 * Checks the types of a backend's options.
 * @throws TypeError that names the option
 */
export function checkBackendOptions(options: ChatBackendOptions): void {
  checkObject(options, 'the argument', caller)
  const { apiKey, secret, url, clock, authChecks, users, channels, guests } = options
  if (apiKey !== undefined) checkText(apiKey, 'apiKey', caller)
  if (url !== undefined) checkText(url, 'url', caller)
  if (secret !== undefined) readSecrets(secret, caller)
  if (authChecks !== undefined && typeof authChecks !== 'boolean') {
    throw misuse(caller, '`authChecks` must be true or false.')
  }
  if (clock !== undefined) {
    checkObject(clock, '`clock`', caller)
    for (const name of ['now', 'setTimer'] as const) {
      if (!clock[name]) throw misuse(caller, `\`clock.${name}\` is missing.`)
      checkFunction(clock[name], `clock.${name}`, caller)
    }
  }
  for (const [name, list] of Object.entries({ users, channels })) {
    if (list !== undefined && !Array.isArray(list)) {
      throw misuse(caller, `\`${name}\` must be a list.`)
    }
  }
  if (guests !== undefined) checkObject(guests, '`guests`', caller)
}
