'use client'
import { forwardRef, useCallback, useMemo, useRef } from 'react'
import { useChatAuthContext } from '../../react/context.js'
import { useChatUserMenu, type ChatUserMenuOptions } from '../../react/useChatUserMenu.js'
import { Announcements } from '../Announcements.js'
import { announcerOf } from '../announcer.js'
import { defaultLabels, type ChatAuthLabels } from '../labels.js'
import { MenuContext } from './menuContext.js'
import { Part, type PartProps } from './Part.js'
import { useKeptFocus } from './useKeptFocus.js'

/** Props of `LogoutSwitchUser.Root`; the props of a `<section>` go to its element. */
export interface LogoutSwitchUserRootProps extends PartProps<'section'>, ChatUserMenuOptions {
  /** Opens the app's own sign-in. Without it, no part offers to sign in. */
  onSignIn?: (() => void) | undefined
  /** Replaces any of the texts. Set `lang` to their language, in which spans are written too. */
  labels?: Partial<ChatAuthLabels> | undefined
}

/** Provides the menu to its parts, and announces what becomes of an action. */
export const LogoutSwitchUserRoot = forwardRef<HTMLElement, LogoutSwitchUserRootProps>(
  function LogoutSwitchUserRoot(props, ref) {
    const { users, onSwitchAccount, guest, onSignIn, labels: texts, ...rest } = props
    const { auth } = useChatAuthContext('<LogoutSwitchUser>')
    const menu = useChatUserMenu({ users, onSwitchAccount, guest })
    const labels = useMemo(() => ({ ...defaultLabels, ...texts }), [texts])
    const rootRef = useRef<HTMLElement>(null)
    // Not `useImperativeHandle`, at which React 18 warns on a server.
    const setRoot = useCallback(
      (root: HTMLElement | null) => {
        rootRef.current = root
        if (typeof ref === 'function') ref(root)
        else if (ref) ref.current = root
      },
      [ref],
    )
    const notePress = useKeptFocus(rootRef)
    const context = {
      menu,
      labels,
      language: rest.lang,
      onSignIn,
      say: (text: string) => announcerOf(auth).say(text),
    }
    const { children, ...given } = rest
    return (
      <Part
        tag="section"
        part="root"
        aria-label={labels.title}
        data-status={menu.presence}
        onClickCapture={notePress}
        ref={setRoot}
        given={given}
      >
        <MenuContext.Provider value={context}>
          <Announcements labels={labels} graceMs={5000} />
          {children}
        </MenuContext.Provider>
      </Part>
    )
  },
)
