'use client'
import { forwardRef, type ReactNode } from 'react'
import { Icon, type IconName } from '../icons.js'
import { Part, type PartProps } from './Part.js'

interface MenuButtonProps extends PartProps<'button'> {
  part: string
  icon: IconName
  label: ReactNode
  isDisabled?: boolean
  isDanger?: boolean
  onAction: () => void
}

/**
 * One action of the menu. Stays focusable while it cannot be used: with `disabled`, a keyboard user would
 * lose the focus to the top of the page. The app's `onClick` comes first, and `preventDefault` cancels.
 */
export const MenuButton = forwardRef<HTMLButtonElement, MenuButtonProps>(
  function MenuButton(props, ref) {
    const { part, icon, label, isDisabled = false, isDanger = false, onAction, ...given } = props
    const children = given.children ?? (
      <>
        <Icon name={icon} size={18} /> <span className="chat-auth-item-text">{label}</span>
      </>
    )
    return (
      <Part
        tag="button"
        part={part}
        type="button"
        className="chat-auth-item"
        aria-disabled={isDisabled || undefined}
        data-danger={isDanger || undefined}
        onClick={isDisabled ? undefined : () => onAction()}
        ref={ref}
        given={{ ...given, onClick: isDisabled ? undefined : given.onClick }}
      >
        {children}
      </Part>
    )
  },
)
