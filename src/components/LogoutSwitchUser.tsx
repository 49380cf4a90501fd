'use client'
import { forwardRef, type ReactElement, type ReactNode } from 'react'
import { LogoutSwitchUserAccounts, type LogoutSwitchUserAccountsProps } from './menu/Accounts.js'
import {
  LogoutSwitchUserAnonymous,
  LogoutSwitchUserGuest,
  LogoutSwitchUserLogout,
  LogoutSwitchUserRefresh,
} from './menu/actions.js'
import { Button } from './menu/Button.js'
import { LogoutSwitchUserConfirm } from './menu/Confirm.js'
import { LogoutSwitchUserAvatar, LogoutSwitchUserIdentity, nameIn } from './menu/Identity.js'
import { useMenu } from './menu/menuContext.js'
import { LogoutSwitchUserProblem } from './menu/Problem.js'
import { LogoutSwitchUserRoot, type LogoutSwitchUserRootProps } from './menu/Root.js'
import { LogoutSwitchUserStatus } from './menu/Status.js'
import { classNames } from './classNames.js'
import { usePopover } from './usePopover.js'

/** Props of `LogoutSwitchUser`: those of its `Root`, and which entries it shows. */
export interface LogoutSwitchUserProps extends Omit<LogoutSwitchUserRootProps, 'children'> {
  /**
   * `panel` stands in the page; `menu` is a button with the avatar that opens the same in a popover.
   * @default 'panel'
   */
  variant?: 'panel' | 'menu' | undefined
  /**
   * Whether the button of the menu shows the name beside the avatar.
   * @default true
   */
  showName?: boolean | undefined
  /**
   * Whether to offer "Refresh now".
   * @default true
   */
  showRefresh?: boolean | undefined
  /**
   * Whether to offer to continue as a guest.
   * @default true
   */
  showGuest?: boolean | undefined
  /**
   * Whether to offer to browse without an account.
   * @default true
   */
  showAnonymous?: boolean | undefined
  renderAccount?: LogoutSwitchUserAccountsProps['renderAccount']
}

const LogoutSwitchUserBase = forwardRef<HTMLElement, LogoutSwitchUserProps>(
  function LogoutSwitchUser(props, ref) {
    const { variant = 'panel', showName = true, ...others } = props
    const { showRefresh, showGuest, showAnonymous, renderAccount, className, ...root } = others
    const isMenu = variant === 'menu'
    const content = <Content {...{ showRefresh, showGuest, showAnonymous, renderAccount }} />
    return (
      <LogoutSwitchUserRoot
        {...root}
        ref={ref}
        className={classNames(isMenu ? 'chat-auth-menu' : 'chat-auth-panel', className)}
      >
        {isMenu ? <Menu showName={showName}>{content}</Menu> : content}
        <LogoutSwitchUserConfirm />
      </LogoutSwitchUserRoot>
    )
  },
)

type ContentProps = Pick<
  LogoutSwitchUserProps,
  'showRefresh' | 'showGuest' | 'showAnonymous' | 'renderAccount'
>

function Content(props: ContentProps): ReactElement {
  const { showRefresh = true, showGuest = true, showAnonymous = true, renderAccount } = props
  const { menu, labels, onSignIn } = useMenu('LogoutSwitchUser')
  const isSignedOut = menu.presence === 'signed-out'
  const hasToken = menu.identity?.type === 'user' && menu.connectedAt !== null
  return (
    <>
      <LogoutSwitchUserIdentity />
      <LogoutSwitchUserProblem />
      {showRefresh && hasToken && (
        <div className="chat-auth-section">
          <LogoutSwitchUserRefresh />
        </div>
      )}
      {(menu.accounts.length > 0 || showGuest || showAnonymous) && (
        <div className="chat-auth-section">
          <LogoutSwitchUserAccounts renderAccount={renderAccount} />
          {showGuest && <LogoutSwitchUserGuest />}
          {showAnonymous && <LogoutSwitchUserAnonymous />}
        </div>
      )}
      {isSignedOut && onSignIn && (
        <div className="chat-auth-section chat-auth-buttons">
          <Button isPrimary onClick={onSignIn}>
            {labels.signIn}
          </Button>
        </div>
      )}
      {!isSignedOut && (
        <div className="chat-auth-section">
          <LogoutSwitchUserLogout />
        </div>
      )}
    </>
  )
}

/** The avatar button and its popover. */
function Menu({ children, showName }: { children: ReactNode; showName: boolean }): ReactElement {
  const { menu, labels } = useMenu('LogoutSwitchUser')
  const { triggerRef, popoverRef, isOpen } = usePopover()
  const name = nameIn(menu, labels)
  return (
    <>
      <button
        ref={triggerRef}
        type="button"
        className="chat-auth-trigger"
        data-part="trigger"
        aria-expanded={isOpen}
        aria-label={showName ? undefined : `${labels.title}: ${name}`}
      >
        <LogoutSwitchUserAvatar size={32} />{' '}
        {showName && <bdi className="chat-auth-name">{name}</bdi>}
      </button>
      <div
        ref={popoverRef}
        popover="auto"
        className="chat-auth-popover"
        data-part="popover"
        data-open={isOpen || undefined}
      >
        {children}
      </div>
    </>
  )
}

/**
 * A person's place in the chat: who they are, how the session is, switching accounts, going on as a guest
 * or without an account, logging out. Each part is usable alone, inside `LogoutSwitchUser.Root`.
 */
export const LogoutSwitchUser = Object.assign(LogoutSwitchUserBase, {
  Root: LogoutSwitchUserRoot,
  Identity: LogoutSwitchUserIdentity,
  Avatar: LogoutSwitchUserAvatar,
  Status: LogoutSwitchUserStatus,
  Problem: LogoutSwitchUserProblem,
  Accounts: LogoutSwitchUserAccounts,
  Refresh: LogoutSwitchUserRefresh,
  Guest: LogoutSwitchUserGuest,
  Anonymous: LogoutSwitchUserAnonymous,
  Logout: LogoutSwitchUserLogout,
  Confirm: LogoutSwitchUserConfirm,
})
