import type { ChatAuthError } from '../core/errors.js'
import type { ConnectionStatusLabels } from './statusLabels.js'

/** All texts of `LogoutSwitchUser`. */
export interface LogoutSwitchUserLabels {
  /** Accessible name of the section. */
  title: string
  /** Texts of the `ConnectionStatus` inside. */
  status: Partial<ConnectionStatusLabels>
  refresh: string
  refreshing: string
  retry: string
  logout: string
  /** Heading of the list of users. */
  switchUser: string
  /** Text of an error. Translate by `error.code`. */
  error: (error: ChatAuthError) => string
  /** Text that says what to do about an error. */
  remedy: (error: ChatAuthError) => string
}

export const defaultLogoutLabels: LogoutSwitchUserLabels = {
  title: 'Chat user',
  status: {},
  refresh: 'Refresh token',
  refreshing: 'Refreshing token…',
  retry: 'Try again',
  logout: 'Log out',
  switchUser: 'Switch user',
  // The remedy at the end of the message is removed, because it has a line of its own here.
  error: (error) => error.message.replace(error.remedy, '').trim(),
  remedy: (error) => error.remedy,
}
