import type { ChatIdentity, ChatUser } from '../core/types.js'
import type { ProblemKind } from '../react/problemKind.js'

/** Kind of identity, as components name it. */
export type IdentityKind = ChatIdentity['type']

/** All texts of the components. Pass any of them in `labels`; `stories/components` has two languages. */
export interface ChatAuthLabels {
  /** Accessible name of `LogoutSwitchUser`. */
  title: string
  /** Word for each kind of identity, beside the name. */
  kinds: Record<IdentityKind, string>
  /** In place of a name. */
  anonymousName: string
  signedOutName: string
  signedOutHint: string

  connected: string
  connecting: string
  reconnecting: string
  disconnecting: string
  failed: string
  paused: string
  offline: string
  /** Spans such as "43 min" come in the language of `lang`. */
  connectedFor: (span: string) => string
  renewsIn: (span: string) => string
  endsIn: (span: string) => string
  renewing: string
  attempt: (attempt: number) => string

  /** Sentences of `ConnectionStatus`. */
  offlineSentence: string
  reconnectingIn: (span: string) => string
  renewingSentence: string
  signedOut: string

  /** What a screen reader hears. */
  nowConnected: (name: string, kind: IdentityKind) => string
  nowDisconnected: string
  nowFailed: string
  refreshed: string

  refresh: string
  switchAccount: string
  filterAccounts: string
  noAccount: (filter: string) => string
  current: string
  continueAsGuest: string
  browseAnonymously: string
  logOut: string
  signIn: string
  tryNow: string
  tryAgain: string
  stop: string
  cancel: string
  switchingFrom: (name: string) => string

  /** What a person reads of each kind of problem. */
  problems: Record<ProblemKind, { readonly title: string; readonly text: string }>
  tryingAgainIn: (span: string) => string
  tryingAgain: string
  /** Heading of an error's code, message and remedy, which are there in development only. */
  details: string

  /** The question before something is thrown away; `unsent` is a number from 1. */
  confirm: Record<
    'logOut' | 'switch',
    {
      readonly title: (unsent: number) => string
      readonly whenSent: string
      readonly now: string
    }
  >
  confirmText: string
  confirmWaiting: string
  stay: string
}

const kinds: Record<IdentityKind, string> = { user: 'Member', guest: 'Guest', anonymous: 'Reader' }

/** English texts of the components. */
export const defaultLabels: ChatAuthLabels = {
  title: 'Your chat account',
  kinds,
  anonymousName: 'Browsing without an account',
  signedOutName: 'Not signed in to chat',
  signedOutHint: 'Choose how to go on',

  connected: 'Connected',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  disconnecting: 'Logging out…',
  failed: 'Not connected',
  paused: 'Paused',
  offline: 'Offline',
  connectedFor: (span) => `for ${span}`,
  renewsIn: (span) => `renews in ${span}`,
  endsIn: (span) => `ends in ${span}`,
  renewing: 'renewing…',
  attempt: (attempt) => `attempt ${attempt}`,

  offlineSentence: 'Offline. Messages will go out when you’re back.',
  reconnectingIn: (span) => `Reconnecting in ${span}`,
  renewingSentence: 'Renewing your session…',
  signedOut: 'Signed out',

  nowConnected: (name, kind) =>
    kind === 'anonymous' ? 'Connected without an account' : `Connected as ${name}`,
  nowDisconnected: 'Logged out of chat',
  nowFailed: 'Chat could not connect',
  refreshed: 'Refreshed',

  refresh: 'Refresh now',
  switchAccount: 'Switch account',
  filterAccounts: 'Find an account',
  noAccount: (filter) => `No account matches “${filter}”`,
  current: 'current account',
  continueAsGuest: 'Continue as guest',
  browseAnonymously: 'Browse without an account',
  logOut: 'Log out of chat',
  signIn: 'Sign in',
  tryNow: 'Try now',
  tryAgain: 'Try again',
  stop: 'Stop',
  cancel: 'Cancel',
  switchingFrom: (name) => `Switching from ${name}…`,

  problems: {
    'sign-in': {
      title: 'Please sign in again.',
      text: 'Your session on this site is over, so chat can’t connect.',
    },
    'sign-in-service': {
      title: 'We can’t reach the sign-in service.',
      text: 'Check your connection, then try again.',
    },
    connection: {
      title: 'We can’t reach the chat.',
      text: 'Check your connection, then try again.',
    },
    'not-allowed': {
      title: 'That isn’t possible here.',
      text: 'This chat doesn’t allow it. Choose another way to go on.',
    },
    app: {
      title: 'Chat isn’t available right now.',
      text: 'The people who run this site have to fix it. Please try again later.',
    },
  },
  tryingAgainIn: (span) => `Trying again in ${span}.`,
  tryingAgain: 'Trying again…',
  details: 'Details (development only)',

  confirm: {
    logOut: {
      title: (unsent) => `Log out with ${messages(unsent)} unsent?`,
      whenSent: 'Wait, then log out',
      now: 'Log out',
    },
    switch: {
      title: (unsent) => `Switch account with ${messages(unsent)} unsent?`,
      whenSent: 'Wait, then switch',
      now: 'Switch',
    },
  },
  confirmText: 'They are still waiting to be sent. If you go on now, they are lost.',
  confirmWaiting: 'Waiting until everything is sent…',
  stay: 'Stay',
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`
}

/** Returns a user's display name: the name, or the id if there is none but spaces. */
export function nameOf(user: ChatUser): string {
  return typeof user.name === 'string' && user.name.trim() !== '' ? user.name : user.id
}
