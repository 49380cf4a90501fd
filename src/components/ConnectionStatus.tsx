'use client'
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react'
import { useChatAuthContext } from '../react/context.js'
import { selectSession, type SessionSlice } from '../react/selectSession.js'
import { shallowEqual, useSelectedState } from '../react/useSelectedState.js'
import { classNames } from './classNames.js'
import { StatusIcon } from './StatusIcon.js'
import { defaultStatusLabels, statusText, type ConnectionStatusLabels } from './statusLabels.js'

/** Props of `ConnectionStatus`; the props of a `<div>` go to its root. */
export interface ConnectionStatusProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /**
   * Whether to show when the token expires and that a renewal is in flight.
   * @default false
   */
  showToken?: boolean | undefined
  /** Replaces any of the texts. */
  labels?: Partial<ConnectionStatusLabels> | undefined
}

/** Shows the user and the connection status in one line, which screen readers announce on change. */
export const ConnectionStatus = forwardRef<HTMLDivElement, ConnectionStatusProps>(
  function ConnectionStatus({ showToken = false, labels: given, className, ...rest }, ref) {
    const { auth } = useChatAuthContext('<ConnectionStatus>')
    const session = useSelectedState(auth, selectSession, shallowEqual)
    const labels = { ...defaultStatusLabels, ...given }
    return (
      <div
        {...rest}
        ref={ref}
        className={classNames('chat-auth-status', className)}
        data-status={session.status}
      >
        <StatusIcon status={session.status} />
        <span role="status">{statusText(session, labels)}</span>
        {showToken && <TokenText session={session} labels={labels} />}
      </div>
    )
  },
)

interface TokenTextProps {
  session: SessionSlice
  labels: ConnectionStatusLabels
}

/** Renders the token line outside the live region, so that renewals do not interrupt screen readers. */
function TokenText({ session, labels }: TokenTextProps): ReactElement | null {
  const { isRefreshing, tokenExpiresAt, sessionId, identity } = session
  if (sessionId === null || identity?.type === 'anonymous') return null
  return <span className="chat-auth-token">{tokenText()}</span>

  function tokenText() {
    if (isRefreshing) return labels.tokenRefreshing
    if (!tokenExpiresAt) return labels.tokenNeverExpires
    return (
      <time dateTime={tokenExpiresAt.toISOString()}>
        {labels.tokenExpires(tokenExpiresAt.toLocaleTimeString(), tokenExpiresAt)}
      </time>
    )
  }
}
