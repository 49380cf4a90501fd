'use client'
import { forwardRef, type ReactElement } from 'react'
import type { ChatUserMenu } from '../../react/useChatUserMenu.js'
import { ChatAvatar } from '../ChatAvatar.js'
import { Icon, type IconName } from '../icons.js'
import { Button } from './Button.js'
import { nameOf, type ChatAuthLabels } from '../labels.js'
import { useMenu } from './menuContext.js'
import { presenceLooks } from '../presenceLooks.js'
import { Part, type PartProps } from './Part.js'
import { LogoutSwitchUserStatus } from './Status.js'

/** Who is connected: image or initials, name, kind of identity, and the status line. */
export const LogoutSwitchUserIdentity = forwardRef<HTMLDivElement, PartProps<'div'>>(
  function LogoutSwitchUserIdentity(props, ref) {
    const { menu, labels } = useMenu('LogoutSwitchUser.Identity')
    const kind = menu.switching ? 'user' : menu.identity?.type
    const children = props.children ?? (
      <>
        <LogoutSwitchUserAvatar />{' '}
        <div className="chat-auth-who">
          <div className="chat-auth-heading">
            <bdi className="chat-auth-name">{nameIn(menu, labels)}</bdi>{' '}
            {kind && <span className="chat-auth-kind">{labels.kinds[kind]}</span>}
          </div>
          <LogoutSwitchUserStatus />
        </div>{' '}
        {menu.switching && (
          <Button isQuiet onClick={menu.switching.cancel}>
            {labels.cancel}
          </Button>
        )}
      </>
    )
    return (
      <Part tag="div" part="identity" className="chat-auth-identity" ref={ref} given={props}>
        {children}
      </Part>
    )
  },
)

export interface LogoutSwitchUserAvatarProps extends PartProps<'span'> {
  /** Width and height in CSS pixels. @default 40 */
  size?: number | undefined
}

/** The image or the initials, with a badge that tells the connection by its shape. */
export const LogoutSwitchUserAvatar = forwardRef<HTMLSpanElement, LogoutSwitchUserAvatarProps>(
  function LogoutSwitchUserAvatar({ size = 40, ...props }, ref) {
    const { menu } = useMenu('LogoutSwitchUser.Avatar')
    const user = menu.switching?.to ?? menu.user
    const { icon, tone } = presenceLooks[menu.switching ? 'connecting' : menu.presence]
    const children = props.children ?? (
      <>
        {!menu.switching && menu.identity?.type === 'anonymous' ? (
          <span className="chat-auth-avatar" style={{ inlineSize: size, blockSize: size }}>
            <Icon name="anonymous" size={size / 2} />
          </span>
        ) : (
          <ChatAvatar
            id={user?.id ?? null}
            name={user ? nameOf(user) : ''}
            image={user?.image}
            size={size}
          />
        )}
        <Badge icon={icon} tone={tone} />
      </>
    )
    return (
      <Part tag="span" part="portrait" className="chat-auth-portrait" ref={ref} given={props}>
        {children}
      </Part>
    )
  },
)

function Badge({ icon, tone }: { icon: IconName; tone: string }): ReactElement {
  return (
    <span className="chat-auth-badge" data-tone={tone}>
      <Icon name={icon} size={12} />
    </span>
  )
}

/** Returns what stands where the name does. */
export function nameIn(
  { switching, identity, user }: ChatUserMenu,
  labels: ChatAuthLabels,
): string {
  if (switching) return nameOf(switching.to)
  if (!identity) return labels.signedOutName
  return identity.type === 'anonymous' || !user ? labels.anonymousName : nameOf(user)
}
