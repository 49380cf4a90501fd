import type { ChatAuth } from '../core/chatAuth.js'
import { createChatAuth as createCoreChatAuth } from '../core/createChatAuth.js'
import type { ChatAuthOptions } from '../core/options.js'
import { nativeEnvironment } from './nativeEnvironment.js'

/**
 * Creates an app's authentication handle; an app needs one. The handle stays idle until a user connects.
 * @throws TypeError that names a missing or invalid option
 */
export function createChatAuth<Client>(options: ChatAuthOptions<Client>): ChatAuth<Client> {
  const environment = { ...nativeEnvironment(), ...options?.environment }
  return createCoreChatAuth({ ...options, environment })
}
