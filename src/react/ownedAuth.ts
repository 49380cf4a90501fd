import { createBrowserEnvironment } from '../browser/createBrowserEnvironment.js'
import { createChatAuth, type CoreOptions } from '../core/createChatAuth.js'
import type { ChatAuth, ChatAuthOptions } from '../core/options.js'
import type { TokenProvider } from '../core/types.js'
import { callbacksOf } from './callbackOptions.js'

/** A handle that a provider made for itself, and so has to dispose of. */
export interface OwnedAuth<Client> {
  readonly auth: ChatAuth<Client>
  readonly connectorId: string
  /** From now on the callbacks of these options are called. */
  update(options: ChatAuthOptions<Client>): void
  /** Keeps it alive until the returned function is called, and for the rest of that task. */
  retain(): () => void
  isDisposed(): boolean
}

/**
 * Makes a handle that outlives the effects of its provider: StrictMode and fast refresh run those
 * twice, and must find the same session again. Making one is free of effects, as render requires: it
 * may be thrown away unused.
 */
export function createOwnedAuth<Client>(initial: ChatAuthOptions<Client>): OwnedAuth<Client> {
  let latest = initial
  let disposal: ReturnType<typeof setTimeout> | undefined
  let isDisposed = false

  // An inline provider is another function at every render: core keeps this one instead.
  const askLatest: TokenProvider = (request) => {
    const provider = latest.tokenProvider
    if (!provider) throw noTokenProvider()
    return typeof provider === 'function' ? provider(request) : provider.getToken(request)
  }
  // Looked at when someone connects, not when the handle is made: the prop may come later.
  const fromProp = () => latest.tokenProvider && askLatest

  // Core looks for a callback when there is something to tell: `update` puts the latest ones here.
  const options: CoreOptions<Client> = {
    ...initial,
    // For the user whom another tab switched to: they connect without a word from this one's app.
    tokenProvider: initial.tokenProvider && askLatest,
    environment: { ...createBrowserEnvironment(), ...initial.environment },
  }
  const auth = createChatAuth<Client>(options)

  return {
    auth: {
      ...auth,
      connectUser: (user, tokens = fromProp()) => auth.connectUser(user, tokens),
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
        // A remount, real or StrictMode's, comes within the same task; an unmount is for good after it.
        disposal = setTimeout(() => {
          isDisposed = true
          auth.dispose()
        })
      }
    },
    isDisposed: () => isDisposed,
  }
}

/** The prop went away under a live session. Asking again cannot help, so the error says that it is final. */
function noTokenProvider(): Error {
  const error = new TypeError('<ChatAuthProvider> no longer has a `tokenProvider` to ask.')
  return Object.assign(error, { permanent: true })
}
