'use client'
import { forwardRef, type ReactNode } from 'react'
import type { ChatPresence } from '../../react/presence.js'
import type { ChatUserMenu } from '../../react/useChatUserMenu.js'
import { nameOf, type ChatAuthLabels } from '../labels.js'
import { Elapsed, Remaining } from '../spans.js'
import { useMenu, type MenuContextValue } from './menuContext.js'
import { presenceLooks } from '../presenceLooks.js'
import { Part, type PartProps } from './Part.js'

/** The status line: how the session is connected, since when and until when. */
export const LogoutSwitchUserStatus = forwardRef<HTMLParagraphElement, PartProps<'p'>>(
  function LogoutSwitchUserStatus(props, ref) {
    const context = useMenu('LogoutSwitchUser.Status')
    const children = props.children ?? lineOf(context)
    return (
      <Part
        tag="p"
        part="status"
        className="chat-auth-line"
        data-status={context.menu.presence}
        ref={ref}
        given={props}
      >
        {children}
      </Part>
    )
  },
)

function lineOf(context: MenuContextValue): ReactNode {
  const { menu, labels } = context
  const { switching, presence, problem } = menu
  if (switching?.from) {
    return <Word presence="connecting">{labels.switchingFrom(nameOfIdentity(menu, labels))}</Word>
  }
  if (presence === 'signed-out' && !switching) return labels.signedOutHint
  const shown = switching ? 'connecting' : presence
  return (
    <>
      <Word presence={shown}>{labels[presenceLooks[shown].word]}</Word>
      {problem !== null && problem.attempt > 1 && ` ${labels.attempt(problem.attempt)}`}
      {presence === 'connected' && <Since {...context} />}
    </>
  )
}

function Word({ presence, children }: { presence: ChatPresence; children: ReactNode }) {
  return (
    <span className="chat-auth-word" data-tone={presenceLooks[presence].tone}>
      {children}
    </span>
  )
}

function Since({ menu, labels, language }: MenuContextValue): ReactNode {
  const { connectedAt, tokenExpiresAt, isRefreshing } = menu
  return (
    <>
      {connectedAt && (
        <>
          {' '}
          <Elapsed since={connectedAt} write={labels.connectedFor} language={language} />
        </>
      )}
      {tokenExpiresAt && (
        <>
          {' · '}
          {isRefreshing ? (
            labels.renewing
          ) : (
            <Remaining
              until={tokenExpiresAt}
              write={labels.renewsIn}
              otherwise={labels.renewing}
              language={language}
            />
          )}
        </>
      )}
    </>
  )
}

function nameOfIdentity({ switching }: ChatUserMenu, labels: ChatAuthLabels): string {
  const from = switching?.from
  return from && from.type !== 'anonymous' ? nameOf(from.user) : labels.anonymousName
}
