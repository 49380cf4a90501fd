'use client'
import { useId, type MouseEvent, type ReactElement, type ReactNode } from 'react'
import type { ChatUser, ChatUserInput, TokenProvider } from '../core/types.js'
import { ActionButton } from './ActionButton.js'
import { nameOf } from './statusLabels.js'

/** User to switch to. */
export type SwitchableUser = ChatUserInput & {
  /** This user's own token or token provider, in place of the app's. Never sent as a user field. */
  tokenOrProvider?: string | TokenProvider | undefined
}

interface SwitchUserListProps {
  title: string
  users: readonly SwitchableUser[]
  /** Id of the connected or connecting user, or null. */
  currentId: string | null
  onBefore: ((event: MouseEvent<HTMLButtonElement>, user: ChatUser) => void) | undefined
  onSwitch: (user: ChatUser, tokenOrProvider: string | TokenProvider | undefined) => void
  renderUser: ((user: ChatUser, isCurrent: boolean) => ReactNode) | undefined
}

/** Lists the users as plain buttons, not as a menu, so that Tab reaches each name. */
export function SwitchUserList(props: SwitchUserListProps): ReactElement {
  const { title, users, currentId, onBefore, onSwitch, renderUser = renderNameAndImage } = props
  const titleId = useId()
  return (
    <div className="chat-auth-switch">
      <p id={titleId} className="chat-auth-switch-title">
        {title}
      </p>
      <ul aria-labelledby={titleId} className="chat-auth-users">
        {users.map(({ tokenOrProvider, ...fields }) => {
          // The types differ only in fields that may be `undefined`, which read as absent.
          const user = fields as ChatUser
          const isCurrent = user.id === currentId
          return (
            <li key={user.id}>
              <ActionButton
                className="chat-auth-user"
                aria-current={isCurrent || undefined}
                isDisabled={isCurrent}
                onBefore={(event) => onBefore?.(event, user)}
                onAction={() => onSwitch(user, tokenOrProvider)}
              >
                {renderUser(user, isCurrent)}
              </ActionButton>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function renderNameAndImage(user: ChatUser): ReactNode {
  const name = nameOf(user)
  return (
    <>
      {user.image ? (
        <img className="chat-auth-avatar" src={user.image} alt="" />
      ) : (
        <span className="chat-auth-avatar" aria-hidden="true">
          {Array.from(name)[0]}
        </span>
      )}
      <span className="chat-auth-user-name">{name}</span>
    </>
  )
}
