'use client'
import { forwardRef, useId, useRef, useState, type ReactElement, type ReactNode } from 'react'
import type { ChatUserMenu } from '../../react/useChatUserMenu.js'
import { ChatAvatar } from '../ChatAvatar.js'
import { Icon } from '../icons.js'
import { nameOf } from '../labels.js'
import { useArrowKeys } from '../useArrowKeys.js'
import { useMenu } from './menuContext.js'
import { Part, type PartProps } from './Part.js'

type Account = ChatUserMenu['accounts'][number]

export interface LogoutSwitchUserAccountsProps extends PartProps<'div'> {
  /**
   * Renders the content of an account's button.
   * @default the image or initials, and the name
   */
  renderAccount?: ((account: Account) => ReactNode) | undefined
}

/** Number of accounts from which on the list has a filter, and from which on it scrolls. */
const filterFrom = 8
const scrollFrom = 6

/**
 * The accounts to switch to: one tab stop, with the arrow keys between them. Nothing without accounts.
 */
export const LogoutSwitchUserAccounts = forwardRef<HTMLDivElement, LogoutSwitchUserAccountsProps>(
  function LogoutSwitchUserAccounts({ renderAccount = renderNameAndImage, ...props }, ref) {
    const { menu, labels } = useMenu('LogoutSwitchUser.Accounts')
    const [filter, setFilter] = useState('')
    const titleId = useId()
    if (menu.accounts.length === 0) return null
    const found = menu.accounts.filter(({ user }) => matches(user, filter))
    const children = props.children ?? (
      <>
        <p id={titleId} className="chat-auth-title">
          {labels.switchAccount}
        </p>
        {menu.accounts.length >= filterFrom && (
          <input
            type="search"
            className="chat-auth-filter"
            data-part="filter"
            aria-label={labels.filterAccounts}
            placeholder={labels.filterAccounts}
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        )}
        {found.length === 0 ? (
          <p className="chat-auth-title">{labels.noAccount(filter)}</p>
        ) : (
          <AccountList
            accounts={found}
            titleId={titleId}
            onSelect={(id) => void menu.switchTo(id)}
            renderAccount={renderAccount}
          />
        )}
      </>
    )
    return (
      <Part tag="div" part="accounts" ref={ref} given={props}>
        {children}
      </Part>
    )
  },
)

interface AccountListProps {
  accounts: readonly Account[]
  titleId: string
  onSelect: (userId: string) => void
  renderAccount: (account: Account) => ReactNode
}

function AccountList(props: AccountListProps): ReactElement {
  const { accounts, titleId, onSelect, renderAccount } = props
  const listRef = useRef<HTMLUListElement>(null)
  const { tabStop, onFocusItem, onKeyDown } = useArrowKeys(listRef, accounts.length)
  return (
    <ul
      ref={listRef}
      className="chat-auth-list"
      data-scrolls={accounts.length >= scrollFrom || undefined}
      aria-labelledby={titleId}
    >
      {accounts.map((account, index) => (
        <li key={account.user.id}>
          <button
            type="button"
            className="chat-auth-item"
            data-part="account"
            tabIndex={index === tabStop ? 0 : -1}
            aria-current={account.isCurrent || undefined}
            aria-disabled={account.isCurrent || undefined}
            onFocus={() => onFocusItem(index)}
            onKeyDown={onKeyDown}
            onClick={() => {
              if (!account.isCurrent) onSelect(account.user.id)
            }}
          >
            {renderAccount(account)}
            {account.isCurrent && (
              <>
                {' '}
                <Icon name="check" />
              </>
            )}
          </button>
        </li>
      ))}
    </ul>
  )
}

function renderNameAndImage({ user }: Account): ReactNode {
  const name = nameOf(user)
  return (
    <>
      <ChatAvatar id={user.id} name={name} image={user.image} size={28} />{' '}
      <bdi className="chat-auth-item-text">{name}</bdi>
    </>
  )
}

function matches(user: Account['user'], filter: string): boolean {
  const words = filter.trim().toLocaleLowerCase().split(/\s+/u)
  const text = `${nameOf(user)} ${user.id}`.toLocaleLowerCase()
  return words.every((word) => text.includes(word))
}
