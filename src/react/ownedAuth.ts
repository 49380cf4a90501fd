import { createChatAuth, type CoreOptions } from '../core/createChatAuth.js'
import type { Environment } from '../core/environment.js'
import type { ChatAuthOptions } from '../core/options.js'
import type { ChatAuth } from '../core/chatAuth.js'
import type { TokenProvider } from '../core/types.js'
import { callbacksOf } from './callbackOptions.js'

/** Handle that a provider created and must dispose. */
export interface OwnedAuth<Client> {
  readonly auth: ChatAuth<Client>
  readonly connectorId: string
  /** Replaces the callbacks with those of these options. */
  update(options: ChatAuthOptions<Client>): void
  /** Keeps the handle alive until the returned function is called, and to the end of that task. */
  retain(): () => void
  isDisposed(): boolean
}

/**
 * Creates a handle that survives its provider's effects. StrictMode and fast refresh run these effects
 * twice and must find the same session. Creating a handle has no side effects, as render requires.
 */
export function createOwnedAuth<Client>(
  initial: ChatAuthOptions<Client>,
  platform: Environment,
): OwnedAuth<Client> {
  let latest = initial
  let disposal: ReturnType<typeof setTimeout> | undefined
  let isDisposed = false

  // Stable for core, because an inline token provider is a new function at every render.
  const askLatest: TokenProvider = (request) => {
    const provider = latest.tokenProvider
    if (!provider) throw noTokenProvider()
    return typeof provider === 'function' ? provider(request) : provider.getToken(request)
  }
  // Read when a user connects, because the prop may be given after the handle was created.
  const fromProp = () => latest.tokenProvider && askLatest

  // Core looks up a callback at each call, so `update` writes the latest ones here.
  const options: CoreOptions<Client> = {
    ...initial,
    // For a user whom another tab switched to, who connects without a call from this tab's app.
    tokenProvider: initial.tokenProvider && askLatest,
    environment: { ...platform, ...initial.environment },
  }
  const auth = createChatAuth<Client>(options)

  return {
    auth: {
      ...auth,
      connectUser: (user, tokens = fromProp(), how) => auth.connectUser(user, tokens, how),
      switchUser: (user, tokens = fromProp(), how) => auth.switchUser(user, tokens, how),
      upgradeGuest: (user, tokens = fromProp()) => auth.upgradeGuest(user, tokens),
    },
    connectorId: initial.connector.id,
    update(given) {
      latest = given
      Object.assign(options, callbacksOf(given))
    },
    retain() {
      clearTimeout(disposal)
      return () => {
        // A remount, real or StrictMode's, follows within the same task; after it the unmount is final.
        disposal = setTimeout(() => {
          isDisposed = true
          auth.dispose()
        })
      }
    },
    isDisposed: () => isDisposed,
  }
}

/** Creates the error for a prop removed during a live session; permanent, because a retry cannot help. */
function noTokenProvider(): Error {
  const error = new TypeError('<ChatAuthProvider> no longer has a `tokenProvider` to ask.')
  return Object.assign(error, { permanent: true })
}
