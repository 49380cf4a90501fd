'use client'
import { useRef, useState } from 'react'
import { isChatAuthError, type ChatAuthError } from '../core/errors.js'
import type { ChatAuthState } from '../core/state.js'
import type { ChatIdentity, ChatUser, ChatUserInput, TokenProvider } from '../core/types.js'
import { useChatAuthContext } from './context.js'
import { presenceOf, type ChatPresence } from './presence.js'
import { problemKind, type ProblemKind } from './problemKind.js'
import { useChatUser, type UseChatUserResult } from './useChatUser.js'
import { useEndQuestion, type LeaveQuestion } from './useEndQuestion.js'
import { useSelectedState } from './useSelectedState.js'

/** Account to switch to. */
export type SwitchableUser = ChatUserInput & {
  /** This account's own token or token provider, in place of the app's. Never sent as a user field. */
  tokenOrProvider?: string | TokenProvider | undefined
}

/** Options of `useChatUserMenu`. */
export interface ChatUserMenuOptions {
  /**
   * Accounts that a person can switch to.
   * @default none
   */
  users?: readonly SwitchableUser[] | undefined
  /**
   * Called before a switch, for an app whose own session must change first: a token endpoint that decides
   * by a cookie gives tokens for the old user until it has. The switch waits for a promise. `false` leaves
   * the switch to the app.
   */
  onSwitchAccount?: ((account: ChatUser) => void | boolean | Promise<void | boolean>) | undefined
  /**
   * Guest to connect with `continueAsGuest`.
   * @default one whose id the backend chooses
   */
  guest?: ChatUserInput | undefined
}

// The id that counts is the one that the backend returns.
const defaultGuest: ChatUserInput = { id: 'guest', name: 'Guest' }

/** A failure as a person meets it. */
export interface ChatUserProblem {
  readonly kind: ProblemKind
  /** For developers: its words are not for the person. */
  readonly error: ChatAuthError
  /** Whether nothing is tried again until somebody acts. */
  readonly isFinal: boolean
  /** When it is tried again by itself; null during an attempt, and for a final problem. */
  readonly nextAttemptAt: Date | null
  /** Number of attempts that have failed; 0 for a final problem. */
  readonly attempt: number
}

/** A switch that is under way. */
export interface AccountSwitch {
  readonly to: ChatUser
  /** Identity that comes back if the switch fails or is cancelled; null if nobody was connected. */
  readonly from: ChatIdentity | null
  readonly cancel: () => void
}

/**
 * Result of `useChatUserMenu`. A `ChatAuthError` of an action becomes `problem` and rejects nothing. An
 * error of the app's own `onSwitchAccount` rejects `switchTo`, as an id does that is not in `users`.
 */
export interface ChatUserMenu {
  readonly presence: ChatPresence
  /** Identity that is connected, connecting, leaving or failed; null while signed out. */
  readonly identity: ChatIdentity | null
  /** The user as the backend knows them, else as they were declared; null without one. */
  readonly user: ChatUser | null
  /** When the session connected for the first time; null without a live session. */
  readonly connectedAt: Date | null
  /** When the session's token expires; null if it never does, and without a live session. */
  readonly tokenExpiresAt: Date | null
  /** Whether the token provider is being asked right now. */
  readonly isRefreshing: boolean
  readonly problem: ChatUserProblem | null
  readonly accounts: readonly { readonly user: ChatUser; readonly isCurrent: boolean }[]
  readonly switching: AccountSwitch | null
  /** Question that the person must answer before the session ends; null while there is none. */
  readonly question: LeaveQuestion | null
  /** Whether a new token may be asked for. */
  readonly canRefresh: boolean
  /** Switches to an account of `users`, and goes back if that fails. */
  switchTo(userId: string): Promise<void>
  continueAsGuest(): Promise<void>
  browseAnonymously(): Promise<void>
  /** Asks for a new token. Resolves with whether one came. */
  refresh(): Promise<boolean>
  logOut(): Promise<void>
  /** Makes the next attempt now. */
  tryNow(): Promise<void>
  /** Ends the attempts to connect, in this tab. */
  stop(): Promise<void>
}

/**
 * Logic of a user menu, without a look: who is connected, until when, what is wrong, and what a person can
 * do. `LogoutSwitchUser` is made of it. Works on React Native.
 */
export function useChatUserMenu(options: ChatUserMenuOptions = {}): ChatUserMenu {
  const { users = [], onSwitchAccount, guest = defaultGuest } = options
  const { auth } = useChatAuthContext('useChatUserMenu')
  const session = useChatUser()
  const held = useSelectedState(auth, heldRequestsOf)
  const question = useEndQuestion(auth, held)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [switching, setSwitching] = useState<AccountSwitch | null>(null)
  const latestSwitch = useRef<AccountSwitch | null>(null)
  const { status, identity } = session
  // A new session, or a connection that works again, mends what failed before.
  const failed = failure?.at === momentOf(session) ? failure.error : null

  async function attempt(action: () => Promise<unknown>, signal?: AbortSignal): Promise<boolean> {
    setFailure(null)
    try {
      await action()
      return true
    } catch (error) {
      if (isChatAuthError(error)) setFailure({ error, at: momentOf(auth.getState()) })
      // An error of the app's own `onSwitchAccount`: the app hears of it.
      else if (!signal?.aborted) throw error
      return false
    }
  }

  async function switchTo(userId: string): Promise<void> {
    const account = users.find(({ id }) => id === userId)
    if (!account) throw new TypeError(`useChatUserMenu: no account has the id ${userId}.`)
    const { tokenOrProvider } = account
    const user = withoutTokens(account)
    const controller = new AbortController()
    const mine: AccountSwitch = {
      to: user,
      from: session.user ? identity : null,
      cancel: () => controller.abort(),
    }
    latestSwitch.current = mine
    setSwitching(mine)
    const { signal } = controller
    try {
      await attempt(async () => {
        if ((await onSwitchAccount?.(user)) === false || signal.aborted) return
        await auth.switchUser(user, tokenOrProvider, { signal, goBack: mine.from !== null })
      }, signal)
    } finally {
      if (latestSwitch.current === mine) setSwitching(null)
    }
  }

  const currentId = identity?.type === 'user' && status !== 'failed' ? identity.user.id : null
  return {
    presence: presenceOf(session),
    identity,
    user: session.user ?? (identity && 'user' in identity ? identity.user : null),
    connectedAt: session.connectedAt,
    tokenExpiresAt: session.tokenExpiresAt,
    isRefreshing: session.isRefreshing,
    problem: problemOf(session, failed),
    accounts: users.map((account) => ({
      user: withoutTokens(account),
      isCurrent: account.id === currentId,
    })),
    switching,
    question,
    canRefresh: status === 'connected' && identity?.type === 'user' && !session.isRefreshing,
    switchTo,
    continueAsGuest: async () => void (await attempt(() => auth.setGuestUser(guest))),
    browseAnonymously: async () => void (await attempt(() => auth.connectAnonymousUser())),
    refresh: () => attempt(() => auth.refreshToken()),
    logOut: async () => void (await attempt(() => auth.disconnectUser())),
    tryNow: async () => void (await attempt(() => auth.retry())),
    stop: async () => {
      if (switching) switching.cancel()
      else await attempt(() => auth.disconnectUser({ thisTabOnly: true }))
    },
  }
}

/** Failure of an action, and when it failed. */
interface Failure {
  readonly error: ChatAuthError
  readonly at: string
}

/** Names the session and its status, for what lasts until either changes. */
function momentOf(state: { readonly status: string; readonly sessionId?: string | null }): string {
  return `${state.status} ${state.sessionId ?? ''}`
}

function withoutTokens(account: SwitchableUser): ChatUser {
  const { tokenOrProvider: _tokens, ...user } = account
  // The types differ only in fields that may be `undefined`, which read as absent.
  return user as ChatUser
}

function heldRequestsOf(state: ChatAuthState): number {
  return 'token' in state ? state.token.heldRequests : 0
}

function problemOf(
  session: UseChatUserResult,
  failure: ChatAuthError | null,
): ChatUserProblem | null {
  if (session.status === 'failed') return finalProblem(session.error)
  const { retrying } = session
  if (failure) return finalProblem(failure)
  if (!retrying) return null
  const kind = problemKind(retrying.error)
  // A socket that is opened again by itself is in the status line already.
  if (!kind || (kind === 'connection' && session.status !== 'connecting')) return null
  const { error, attempt, nextAttemptAt } = retrying
  return { kind, error, attempt, nextAttemptAt, isFinal: false }
}

function finalProblem(error: ChatAuthError): ChatUserProblem | null {
  const kind = problemKind(error)
  return kind && { kind, error, isFinal: true, attempt: 0, nextAttemptAt: null }
}
