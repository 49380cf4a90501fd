'use client'
import { useId, type MouseEvent, type ReactElement, type ReactNode } from 'react'
import type { ChatUser, ChatUserInput, TokenProvider } from '../core/types.js'
import { ActionButton } from './ActionButton.js'
import { nameOf } from './statusLabels.js'

/** Someone to switch to. */
export type SwitchableUser = ChatUserInput & {
  /** Their own token or token provider, in place of the provider's. Not sent with the user. */
  tokenOrProvider?: string | TokenProvider | undefined
}

interface SwitchUserListProps {
  title: string
  users: readonly SwitchableUser[]
  /** The id of who is connected or connecting, or null. */
  currentId: string | null
  onBefore: ((event: MouseEvent<HTMLButtonElement>, user: ChatUser) => void) | undefined
  onSwitch: (user: ChatUser, tokenOrProvider: string | TokenProvider | undefined) => void
  renderUser: ((user: ChatUser, isCurrent: boolean) => ReactNode) | undefined
}

/** A list of buttons and not a menu: each name can be tabbed to, read and pressed like any other. */
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
          // A field that is `undefined` reads as one that is not there.
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
