'use client'
import { forwardRef, type ReactElement } from 'react'
import { MenuButton } from './MenuButton.js'
import { useMenu } from './menuContext.js'
import type { PartProps } from './Part.js'

type ButtonProps = PartProps<'button'>

/** Asks for a new token. Nothing waits for it: tokens are renewed by themselves. */
export const LogoutSwitchUserRefresh = forwardRef<HTMLButtonElement, ButtonProps>(
  function LogoutSwitchUserRefresh(props, ref): ReactElement {
    const { menu, labels, say } = useMenu('LogoutSwitchUser.Refresh')
    return (
      <MenuButton
        {...props}
        ref={ref}
        part="refresh"
        icon="refresh"
        label={labels.refresh}
        isDisabled={!menu.canRefresh}
        onAction={() => void menu.refresh().then((isDone) => isDone && say(labels.refreshed))}
      />
    )
  },
)

/** Connects a guest; nothing for somebody who is one already. */
export const LogoutSwitchUserGuest = forwardRef<HTMLButtonElement, ButtonProps>(
  function LogoutSwitchUserGuest(props, ref): ReactElement | null {
    const { menu, labels } = useMenu('LogoutSwitchUser.Guest')
    if (menu.identity?.type === 'guest' && menu.presence !== 'failed') return null
    return (
      <MenuButton
        {...props}
        ref={ref}
        part="guest"
        icon="guest"
        label={labels.continueAsGuest}
        isDisabled={menu.presence === 'leaving'}
        onAction={() => void menu.continueAsGuest()}
      />
    )
  },
)

/** Connects without an account; nothing for somebody who has none already. */
export const LogoutSwitchUserAnonymous = forwardRef<HTMLButtonElement, ButtonProps>(
  function LogoutSwitchUserAnonymous(props, ref): ReactElement | null {
    const { menu, labels } = useMenu('LogoutSwitchUser.Anonymous')
    if (menu.identity?.type === 'anonymous' && menu.presence !== 'failed') return null
    return (
      <MenuButton
        {...props}
        ref={ref}
        part="anonymous"
        icon="anonymous"
        label={labels.browseAnonymously}
        isDisabled={menu.presence === 'leaving'}
        onAction={() => void menu.browseAnonymously()}
      />
    )
  },
)

/** Logs out of chat in all tabs; nothing while nobody is connected. */
export const LogoutSwitchUserLogout = forwardRef<HTMLButtonElement, ButtonProps>(
  function LogoutSwitchUserLogout(props, ref): ReactElement | null {
    const { menu, labels } = useMenu('LogoutSwitchUser.Logout')
    if (menu.presence === 'signed-out') return null
    return (
      <MenuButton
        {...props}
        ref={ref}
        part="logout"
        icon="logOut"
        label={labels.logOut}
        isDanger
        isDisabled={menu.presence === 'leaving'}
        onAction={() => void menu.logOut()}
      />
    )
  },
)
