'use client'
import { createContext, useContext } from 'react'
import type { ChatUserMenu } from '../../react/useChatUserMenu.js'
import type { ChatAuthLabels } from '../labels.js'

export interface MenuContextValue {
  readonly menu: ChatUserMenu
  readonly labels: ChatAuthLabels
  /** Language of spans such as "43 min"; undefined for the browser's. */
  readonly language: string | undefined
  readonly onSignIn: (() => void) | undefined
  /** Confirms an action to a screen reader. */
  readonly say: (text: string) => void
}

export const MenuContext = createContext<MenuContextValue | null>(null)

/** Returns what `LogoutSwitchUser.Root` provides. */
export function useMenu(part: string): MenuContextValue {
  const context = useContext(MenuContext)
  if (!context) throw new TypeError(`<${part}> stands outside of <LogoutSwitchUser.Root>.`)
  return context
}
