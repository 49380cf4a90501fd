import type { ChatAuthError } from './errors.js'
import type { ChatIdentity, ChatUser } from './types.js'

/** How the token of a live session fares. Never the token itself. */
export interface TokenState {
  /** `refreshing`: the provider is being asked, here or in another tab · `retrying`: it failed and will be asked again. */
  readonly status: 'valid' | 'refreshing' | 'retrying'
  /** When the token expires, by its `exp`; null if it never does or none is held. */
  readonly expiresAt: Date | null
  /** Provider calls of the run under way that have begun; 0 when none is under way. */
  readonly attempt: number
  /** When the provider is asked again, while `retrying`. */
  readonly nextAttemptAt: Date | null
  /** Why the last attempt failed; null once a token has come. */
  readonly error: ChatAuthError | null
  /** Requests waiting for a good token. */
  readonly heldRequests: number
}

/** What the platform says of the network: a hint, which an opened connection disproves. */
interface Network {
  readonly isOnline: boolean
}

/** What stays the same through a live session, whether its socket is up or coming back. */
interface LiveSession<Client> extends Network {
  readonly identity: ChatIdentity
  /** The user as the chat backend knows them. */
  readonly user: ChatUser
  /** The connector's client, made for this session alone. */
  readonly client: Client
  /** Differs for every session: the key for what must not outlive it. */
  readonly sessionId: string
  readonly token: TokenState
}

/** A failed attempt and the next one. */
export interface Attempts {
  /** Attempts that have failed so far. */
  readonly attempt: number
  /** When the next one begins, or began; null before any has failed. */
  readonly nextAttemptAt: Date | null
  /** Why the last one failed. */
  readonly error: ChatAuthError | null
}

/** Everything there is to know about who is connected; each branch carries exactly what is true in it. */
export type ChatAuthState<Client = unknown> =
  | { readonly status: 'disconnected' }
  | ({
      readonly status: 'connecting'
      readonly identity: ChatIdentity
      readonly token: TokenState
    } & Attempts &
      Network)
  | ({ readonly status: 'connected' } & LiveSession<Client>)
  | ({ readonly status: 'reconnecting' } & LiveSession<Client> & Attempts)
  | { readonly status: 'disconnecting'; readonly identity: ChatIdentity }
  | { readonly status: 'failed'; readonly identity: ChatIdentity; readonly error: ChatAuthError }

/** What can happen to the state. */
export type ChatAuthAction<Client = unknown> =
  | { readonly type: 'connecting'; readonly identity: ChatIdentity; readonly isOnline: boolean }
  | {
      readonly type: 'connected'
      readonly identity: ChatIdentity
      readonly user: ChatUser
      readonly client: Client
      readonly sessionId: string
    }
  | ({ readonly type: 'connection-down' } & Attempts)
  | { readonly type: 'token-changed'; readonly token: Partial<TokenState> }
  | { readonly type: 'network-changed'; readonly isOnline: boolean }
  | { readonly type: 'disconnecting' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'failed'; readonly identity: ChatIdentity; readonly error: ChatAuthError }

/** The one snapshot of server, first render and log-out. */
export const disconnected: ChatAuthState<never> = { status: 'disconnected' }

export const validToken: TokenState = {
  status: 'valid',
  expiresAt: null,
  attempt: 0,
  nextAttemptAt: null,
  error: null,
  heldRequests: 0,
}

const firstAttempt: Attempts = { attempt: 0, nextAttemptAt: null, error: null }

/** The whole machine: the next state, or the same object where the action says nothing new. */
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
        return state.isOnline ? state : { ...state, isOnline: true }
      }
      const { type: _, ...session } = action
      const token = 'token' in state ? state.token : validToken
      return { status: 'connected', ...session, isOnline: true, token }
    }
    case 'connection-down': {
      const { type: _, ...attempts } = action
      if (state.status === 'connecting') return { ...state, ...attempts }
      if (!isLive(state)) return state
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
      return disconnected
    case 'failed':
      return { status: 'failed', identity: action.identity, error: action.error }
    default:
      return assertNever(action)
  }
}

/** Whether a session lives: its requests go out, whether or not its socket is up just now. */
export function isLive<Client>(
  state: ChatAuthState<Client>,
): state is Extract<ChatAuthState<Client>, { status: 'connected' | 'reconnecting' }> {
  return state.status === 'connected' || state.status === 'reconnecting'
}

/** What is being tried again just now, the token or else the connection; null if nothing is. */
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
