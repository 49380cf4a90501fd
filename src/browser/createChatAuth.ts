import { createChatAuth as createCoreChatAuth } from '../core/createChatAuth.js'
import type { ChatAuth, ChatAuthOptions } from '../core/options.js'
import { createBrowserEnvironment } from './createBrowserEnvironment.js'

/**
 * Makes the one handle of an app's authentication. Does nothing until someone is connected.
 * @throws TypeError that names the option at fault
 */
export function createChatAuth<Client>(options: ChatAuthOptions<Client>): ChatAuth<Client> {
  const environment = { ...createBrowserEnvironment(), ...options?.environment }
  return createCoreChatAuth({ ...options, environment })
}
