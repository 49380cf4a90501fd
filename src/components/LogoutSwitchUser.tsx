'use client'
import {
  forwardRef,
  useEffect,
  type ComponentPropsWithoutRef,
  type MouseEvent,
  type ReactNode,
} from 'react'
import type { ChatUser } from '../core/types.js'
import { useChatAuthContext } from '../react/context.js'
import { useChatUser, type UseChatUserResult } from '../react/useChatUser.js'
import { ActionButton } from './ActionButton.js'
import { classNames } from './classNames.js'
import { ConnectionStatus } from './ConnectionStatus.js'
import { defaultLogoutLabels, type LogoutSwitchUserLabels } from './logoutLabels.js'
import { SwitchUserList, type SwitchableUser } from './SwitchUserList.js'

type ClickHandler = (event: MouseEvent<HTMLButtonElement>) => void

/**
 * Props of `LogoutSwitchUser`; the props of a `<section>` go to its root. Handlers are called before the
 * component acts; `event.preventDefault()` cancels the action.
 */
export interface LogoutSwitchUserProps extends Omit<
  ComponentPropsWithoutRef<'section'>,
  'children'
> {
  /**
   * Users to switch to.
   * @default none, which hides the list
   */
  users?: readonly SwitchableUser[] | undefined
  /**
   * Renders the content of a user's button.
   * @default the image and the name
   */
  renderUser?: ((user: ChatUser, isCurrent: boolean) => ReactNode) | undefined
  onSwitch?: ((event: MouseEvent<HTMLButtonElement>, user: ChatUser) => void) | undefined
  onLogout?: ClickHandler | undefined
  onRefresh?: ClickHandler | undefined
  onRetry?: ClickHandler | undefined
  /** Replaces any of the texts. */
  labels?: Partial<LogoutSwitchUserLabels> | undefined
}

/**
 * Shows the user and the connection status, with buttons to refresh the token, log out, retry after a
 * failure and switch to another user.
 */
export const LogoutSwitchUser = forwardRef<HTMLElement, LogoutSwitchUserProps>(
  function LogoutSwitchUser(props, ref) {
    const { users, renderUser, onSwitch, onLogout, onRefresh, onRetry, ...others } = props
    const { labels: given, className, ...rest } = others
    useChatAuthContext('<LogoutSwitchUser>')
    const labels = { ...defaultLogoutLabels, ...given }
    const session = useChatUser()
    const { status, sessionId, switchUser, disconnectUser, refreshToken, retry, reset } = session
    const problem = session.error ?? session.actionError

    // An error of one session does not apply to the next.
    useEffect(reset, [sessionId, reset])

    return (
      <section
        aria-label={labels.title}
        {...rest}
        ref={ref}
        className={classNames('chat-auth-panel', className)}
        data-status={status}
      >
        <ConnectionStatus showToken labels={labels.status} />
        {problem && (
          <div role="alert" className="chat-auth-error">
            <p>{labels.error(problem)}</p>
            <p>{labels.remedy(problem)}</p>
          </div>
        )}
        <div className="chat-auth-actions">
          {/* One button for both actions, so that it keeps the focus after either. */}
          {status === 'failed' || status === 'reconnecting' ? (
            <ActionButton
              key="refresh"
              className="chat-auth-button"
              isDisabled={false}
              onBefore={onRetry}
              onAction={() => void retry()}
            >
              {labels.retry}
            </ActionButton>
          ) : (
            <ActionButton
              key="refresh"
              className="chat-auth-button"
              isDisabled={!canRefresh(session)}
              onBefore={onRefresh}
              onAction={() => void refreshToken()}
            >
              {session.isRefreshing ? labels.refreshing : labels.refresh}
            </ActionButton>
          )}
          <ActionButton
            className="chat-auth-button"
            isDisabled={status === 'disconnected' || status === 'disconnecting'}
            onBefore={onLogout}
            onAction={() => void disconnectUser()}
          >
            {labels.logout}
          </ActionButton>
        </div>
        {users && users.length > 0 && (
          <SwitchUserList
            title={labels.switchUser}
            users={users}
            currentId={currentUserId(session)}
            onBefore={onSwitch}
            onSwitch={(user, tokenOrProvider) => void switchUser(user, tokenOrProvider)}
            renderUser={renderUser}
          />
        )}
      </section>
    )
  },
)

function canRefresh({ status, identity, isRefreshing }: UseChatUserResult): boolean {
  const isUp = status === 'connected' || status === 'paused'
  return isUp && identity?.type === 'user' && !isRefreshing
}

/** Id of the current user; null after a failure or during a log-out, so that the user is selectable. */
function currentUserId({ status, identity }: UseChatUserResult): string | null {
  if (status === 'failed' || status === 'disconnecting') return null
  return identity?.type === 'user' ? identity.user.id : null
}
