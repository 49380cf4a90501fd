import { checkFunction, checkObject, checkText, misuse } from '../../server/checks.js'
import { readSecrets } from '../../server/secrets.js'
import type { ChatBackendOptions } from '../createChatBackend.js'

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
