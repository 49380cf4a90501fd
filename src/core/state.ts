import type { ChatAuthError } from './errors.js'
import type { ChatIdentity, ChatUser } from './types.js'

/** Status of a session's token. Never contains the token itself. */
export interface TokenState {
  /** `refreshing`: the provider is being called, here or in another tab · `retrying`: it failed and will be called again. */
  readonly status: 'valid' | 'refreshing' | 'retrying'
  /** When the token expires, by its `exp`; null if it never expires or there is none. */
  readonly expiresAt: Date | null
  /** Number of the current run's provider call, from 1; 0 while there is no run. */
  readonly attempt: number
  /** When the provider is called again; null unless `retrying`. */
  readonly nextAttemptAt: Date | null
  /** Why the last attempt failed; null once a token has arrived. */
  readonly error: ChatAuthError | null
  /** Number of requests held until there is a good token. */
  readonly heldRequests: number
}

/** Network status reported by the platform: a hint, which an open connection overrides. */
interface Network {
  readonly isOnline: boolean
}

/** Fields of a live session, whether its socket is up, reconnecting or resting. */
interface LiveSession<Client> extends Network {
  readonly identity: ChatIdentity
  /** The user as the chat backend last told of them: the same object until a field changes. */
  readonly user: ChatUser
  /** The connector's client, created for this session alone. */
  readonly client: Client
  /** Unique to each session: a key for data that must not outlive it. */
  readonly sessionId: string
  /** When the session became live: it connected, or was connected paused. Reconnections keep it. */
  readonly connectedAt: Date
  readonly token: TokenState
}

/** A failed attempt and the next one. */
export interface Attempts {
  /** Attempts that have failed so far. */
  readonly attempt: number
  /** When the next one begins or began; null before any has failed. */
  readonly nextAttemptAt: Date | null
  /** Why the last one failed. */
  readonly error: ChatAuthError | null
}

/** State of authentication and connection. Each status has only the fields that apply to it. */
export type ChatAuthState<Client = unknown> =
  | {
      readonly status: 'disconnected'
      /** The last session ended by a log-out elsewhere: in another tab, or by another handle of this page. */
      readonly endedBy?: 'another-tab'
    }
  | ({
      readonly status: 'connecting'
      readonly identity: ChatIdentity
      readonly token: TokenState
    } & Attempts &
      Network)
  | ({ readonly status: 'connected' } & LiveSession<Client>)
  | ({ readonly status: 'reconnecting' } & LiveSession<Client> & Attempts)
  | ({ readonly status: 'paused' } & LiveSession<Client>)
  | { readonly status: 'disconnecting'; readonly identity: ChatIdentity }
  | { readonly status: 'failed'; readonly identity: ChatIdentity; readonly error: ChatAuthError }

/** Fields that a session has once it is live. */
type Connected<Client> = Pick<
  LiveSession<Client>,
  'identity' | 'user' | 'client' | 'sessionId' | 'connectedAt'
>

/** Input of `transition`. */
export type ChatAuthAction<Client = unknown> =
  | { readonly type: 'connecting'; readonly identity: ChatIdentity; readonly isOnline: boolean }
  | ({ readonly type: 'connected' } & Connected<Client>)
  /** Of a live session: `user` is left as the backend knows them. */
  | ({ readonly type: 'paused' } & Connected<Client>)
  | { readonly type: 'resumed' }
  | { readonly type: 'user-changed'; readonly user: ChatUser }
  | ({ readonly type: 'connection-down' } & Attempts)
  | { readonly type: 'token-changed'; readonly token: Partial<TokenState> }
  | { readonly type: 'network-changed'; readonly isOnline: boolean }
  | { readonly type: 'disconnecting' }
  | { readonly type: 'disconnected'; readonly endedBy?: 'another-tab' }
  | { readonly type: 'failed'; readonly identity: ChatIdentity; readonly error: ChatAuthError }

/** The one `disconnected` object: React needs the same snapshot on the server and at hydration. */
export const disconnected: ChatAuthState<never> = { status: 'disconnected' }

/** Token fields while no provider call is under way, and the last one did not fail. */
export const nothingTried = {
  status: 'valid',
  attempt: 0,
  nextAttemptAt: null,
  error: null,
} as const

export const validToken: TokenState = { ...nothingTried, expiresAt: null, heldRequests: 0 }

const firstAttempt: Attempts = { attempt: 0, nextAttemptAt: null, error: null }

/** Returns the next state, or the same object if the action changes nothing. */
export function transition<Client>(
  state: ChatAuthState<Client>,
  action: ChatAuthAction<Client>,
): ChatAuthState<Client> {
  switch (action.type) {
    case 'connecting':
      return {
        status: 'connecting',
        identity: action.identity,
        isOnline: action.isOnline,
        token: validToken,
        ...firstAttempt,
      }
    case 'connected': {
      if (state.status === 'connected' && state.sessionId === action.sessionId) {
        if (state.isOnline && state.user === action.user) return state
        return { ...state, isOnline: true, user: action.user }
      }
      const { type: _, ...session } = action
      const token = 'token' in state ? state.token : validToken
      return { status: 'connected', ...session, isOnline: true, token }
    }
    case 'paused': {
      if (state.status === 'paused') return state
      const { identity, client, sessionId, connectedAt } = action
      const user = isLive(state) ? state.user : action.user
      const isOnline = 'isOnline' in state ? state.isOnline : true
      const token = 'token' in state ? state.token : validToken
      const session = { identity, user, client, sessionId, connectedAt }
      return { status: 'paused', ...session, isOnline, token }
    }
    case 'resumed':
      return state.status === 'paused'
        ? { ...state, ...firstAttempt, status: 'reconnecting' }
        : state
    case 'user-changed':
      if (!isLive(state) || state.user === action.user) return state
      return { ...state, user: action.user }
    case 'connection-down': {
      const { type: _, ...attempts } = action
      if (state.status === 'connecting') return { ...state, ...attempts }
      if (!isLive(state) || state.status === 'paused') return state
      return { ...state, ...attempts, status: 'reconnecting' }
    }
    case 'token-changed': {
      if (!('token' in state)) return state
      const token = { ...state.token, ...action.token }
      return sameFields(token, state.token) ? state : { ...state, token }
    }
    case 'network-changed':
      if (!('isOnline' in state) || state.isOnline === action.isOnline) return state
      return { ...state, isOnline: action.isOnline }
    case 'disconnecting':
      return state.status === 'connecting' || isLive(state)
        ? { status: 'disconnecting', identity: state.identity }
        : state
    case 'disconnected':
      // A session that ended elsewhere stays ended so: nobody was there to log out.
      if (state.status === 'disconnected') return state
      return action.endedBy ? { status: 'disconnected', endedBy: action.endedBy } : disconnected
    case 'failed':
      return { status: 'failed', identity: action.identity, error: action.error }
    default:
      return assertNever(action)
  }
}

/** Whether a session is live: it sends requests, and its socket is up, reconnecting or resting. */
export function isLive<Client>(
  state: ChatAuthState<Client>,
): state is Extract<ChatAuthState<Client>, { sessionId: string }> {
  return 'sessionId' in state
}

/** Returns the retry in progress, of the token or else of the connection; null if there is none. */
export function retryingOf(state: ChatAuthState): Attempts | null {
  if (!('token' in state)) return null
  const { attempt, nextAttemptAt, error } =
    state.token.error || !('error' in state) ? state.token : state
  return error && { attempt, nextAttemptAt, error }
}

function sameFields(a: TokenState, b: TokenState): boolean {
  return (Object.keys(a) as (keyof TokenState)[]).every((key) => a[key] === b[key])
}

function assertNever(action: never): never {
  throw new TypeError(`Unknown action: ${JSON.stringify(action)}`)
}
