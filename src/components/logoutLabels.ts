import type { ChatAuthError } from '../core/errors.js'
import type { ConnectionStatusLabels } from './statusLabels.js'

/** Every text of `LogoutSwitchUser`. */
export interface LogoutSwitchUserLabels {
  /** What the section is called by screen readers. */
  title: string
  /** The texts of the `ConnectionStatus` in it. */
  status: Partial<ConnectionStatusLabels>
  refresh: string
  refreshing: string
  retry: string
  logout: string
  /** Above the list of users. */
  switchUser: string
  /** What went wrong; `error.code` is what to translate by. */
  error: (error: ChatAuthError) => string
  /** What to do about it. */
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
  // A message ends with its remedy, which has a line of its own here.
  error: (error) => error.message.replace(error.remedy, '').trim(),
  remedy: (error) => error.remedy,
}
