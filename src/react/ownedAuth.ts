import { createChatAuth, type CoreOptions } from '../core/createChatAuth.js'
import type { Environment } from '../core/environment.js'
import type { ChatAuthOptions } from '../core/options.js'
import type { ChatAuth } from '../core/chatAuth.js'
import type { ChatUserInput, TokenProvider } from '../core/types.js'
import { callbacksOf } from './callbackOptions.js'
import { noteHidden, type HiddenSession } from './hiddenSession.js'

/** Handle that a provider created and must dispose. */
export interface OwnedAuth<Client> {
  readonly auth: ChatAuth<Client>
  readonly connectorId: string
  /** Replaces the callbacks with those of these options. */
  update(options: ChatAuthOptions<Client>): void
  /** Keeps the handle alive until the returned function is called, and to the end of that task. */
  retain(): () => void
  isDisposed(): boolean
  /** The session that the disposal ended. */
  hidden(): HiddenSession | undefined
}

/**
 * Creates a handle that survives its provider's effects. StrictMode and fast refresh run these effects
 * twice and must find the same session. Creating a handle has no side effects, as render requires.
 * @param before session of the handle that this one replaces, because its provider was hidden
 */
export function createOwnedAuth<Client>(
  initial: ChatAuthOptions<Client>,
  platform: Environment,
  before?: HiddenSession,
): OwnedAuth<Client> {
  let latest = initial
  let disposal: ReturnType<typeof setTimeout> | undefined
  /** Set by the disposal. */
  let hidden: HiddenSession | undefined
  /** Set by `take` and `setGuestUser`. */
  let given: { who: ChatUserInput; tokens: string | TokenProvider | undefined } | undefined

  // Stable for core, because an inline token provider is a new function at every render.
  const askLatest: TokenProvider = (request) => {
    const provider = latest.tokenProvider
    if (provider === undefined) throw noTokenProvider()
    if (typeof provider === 'string') return provider
    return typeof provider === 'function' ? provider(request) : provider.getToken(request)
  }
  // Read when a user connects, because the prop may be given after the handle was created.
  const fromProp = () => tokensOf(latest, askLatest)

  // Core looks up a callback at each call, so `update` writes the latest ones here.
  const options: CoreOptions<Client> = {
    ...initial,
    // For a user whom another tab switched to, who connects without a call from this tab's app.
    tokenProvider: tokensOf(initial, askLatest),
    environment: { ...platform, ...initial.environment },
  }
  const inner = createChatAuth<Client>(options)

  /** Keeps what the app gave for a user, and returns the tokens to connect with. */
  function take(who: ChatUserInput, tokens: string | TokenProvider | undefined) {
    given = { who, tokens }
    return tokens ?? fromProp()
  }

  function hide(): HiddenSession {
    const state = inner.getState()
    const isOver = state.status === 'disconnected' || state.status === 'disconnecting'
    const identity = isOver ? null : state.identity
    const isGiven = identity?.type === 'user' && given?.who.id === identity.user.id
    return {
      identity,
      guest: identity?.type === 'guest' && given ? given.who : null,
      tokens: isGiven ? given?.tokens : undefined,
      isEndedElsewhere: state.status === 'disconnected' && state.endedBy === 'another-tab',
    }
  }

  const auth: ChatAuth<Client> = {
    ...inner,
    connectUser: (user, tokens, how) => inner.connectUser(user, take(user, tokens), how),
    switchUser: (user, tokens, how) => inner.switchUser(user, take(user, tokens), how),
    upgradeGuest: (user, tokens) => inner.upgradeGuest(user, take(user, tokens)),
    setGuestUser(user) {
      given = { who: user, tokens: undefined }
      return inner.setGuestUser(user)
    },
  }
  noteHidden(auth, before)

  return {
    auth,
    connectorId: initial.connector.id,
    update(given) {
      latest = given
      Object.assign(options, callbacksOf(given), { tokenProvider: fromProp() })
    },
    retain() {
      clearTimeout(disposal)
      return () => {
        // A remount, real or StrictMode's, follows within the same task; after it the unmount is final.
        disposal = setTimeout(() => {
          hidden = hide()
          inner.dispose()
        })
      }
    },
    isDisposed: () => hidden !== undefined,
    hidden: () => hidden,
  }
}

/** Returns the tokens of a new session: a static token itself, `askLatest` for any provider. */
function tokensOf(
  { tokenProvider }: Pick<ChatAuthOptions, 'tokenProvider'>,
  askLatest: TokenProvider,
): string | TokenProvider | undefined {
  return typeof tokenProvider === 'object' || typeof tokenProvider === 'function'
    ? askLatest
    : tokenProvider
}

/** Creates the error for a prop removed during a live session; permanent, because a retry cannot help. */
function noTokenProvider(): Error {
  const error = new TypeError('<ChatAuthProvider> no longer has a `tokenProvider` to ask.')
  return Object.assign(error, { permanent: true })
}
