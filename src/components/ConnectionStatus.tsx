'use client'
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react'
import { useChatAuthContext } from '../react/context.js'
import { ignoreRejection } from '../react/ignoreRejection.js'
import { shallowEqual, useSelectedState } from '../react/useSelectedState.js'
import { Announcements } from './Announcements.js'
import { classNames } from './classNames.js'
import { isPassing, lineLooks, selectLine, type Line } from './connectionLine.js'
import { Icon } from './icons.js'
import { defaultLabels, type ChatAuthLabels } from './labels.js'
import { Remaining } from './spans.js'
import { useLasting } from './useLasting.js'

/** Props of `ConnectionStatus`; the props of a `<div>` go to its root. */
export interface ConnectionStatusProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /**
   * Whether to show the line while all is well, too.
   * @default false: it is there only when there is something to say
   */
  showAlways?: boolean | undefined
  /**
   * Whether the line says, while all is well, when the token is renewed. Needs `showAlways`.
   * @default false
   */
  showToken?: boolean | undefined
  /**
   * How long the connection may be gone, in milliseconds, before it is shown and announced.
   * @default 5000
   */
  graceMs?: number | undefined
  /** Opens the app's sign-in. Without it, the line of someone signed out has no button. */
  onSignIn?: (() => void) | undefined
  /** Replaces any of the texts. */
  labels?: Partial<ChatAuthLabels> | undefined
}

/** Time before a final state is shown, in milliseconds: none flashes up on the way to another. */
const settleMs = 400

/**
 * One line about the connection: nothing while all is well, otherwise what is wrong and what can be done.
 * Changes are announced once, whatever the number of components on the page.
 */
export const ConnectionStatus = forwardRef<HTMLDivElement, ConnectionStatusProps>(
  function ConnectionStatus(props, ref) {
    const { showAlways = false, showToken = false, graceMs = 5000, onSignIn, ...others } = props
    const { labels: given, className, ...rest } = others
    const { auth } = useChatAuthContext('<ConnectionStatus>')
    const selected = useSelectedState(auth, selectLine, shallowEqual)
    const trouble = selected.kind === 'connected' ? null : selected.kind
    const lasting = useLasting(trouble, trouble !== null && isPassing(trouble) ? graceMs : settleMs)
    const labels = { ...defaultLabels, ...given }
    const isShown = lasting !== null || (showAlways && selected.kind === 'connected')

    return (
      <>
        <Announcements labels={labels} graceMs={graceMs} />
        {isShown && (
          <div
            {...rest}
            ref={ref}
            className={classNames('chat-auth-status', className)}
            data-part="connection-status"
            data-status={selected.kind}
            data-tone={lineLooks[selected.kind].tone}
          >
            <Icon name={lineLooks[selected.kind].icon} />{' '}
            <StatusSentence {...selected} labels={labels} />
            {showToken && selected.expiresAt && (
              <>
                {' · '}
                <Remaining
                  until={selected.expiresAt}
                  write={labels.renewsIn}
                  otherwise={labels.renewing}
                  language={rest.lang}
                />
              </>
            )}
            {selected.nextAttemptAt && (
              <>
                {' · '}
                <button
                  type="button"
                  className="chat-auth-link"
                  onClick={() => void ignoreRejection(auth.retry())}
                >
                  {labels.tryNow}
                </button>
              </>
            )}
            {(selected.kind === 'signed-out' || selected.kind === 'failed') && onSignIn && (
              <>
                {' · '}
                <button type="button" className="chat-auth-link" onClick={onSignIn}>
                  {labels.signIn}
                </button>
              </>
            )}
          </div>
        )}
      </>
    )
  },
)

function StatusSentence(props: Line & { labels: ChatAuthLabels }): ReactElement {
  const { kind, nextAttemptAt, labels } = props
  if (kind === 'reconnecting' && nextAttemptAt) {
    return (
      <span>
        <Remaining
          until={nextAttemptAt}
          write={labels.reconnectingIn}
          otherwise={labels.reconnecting}
        />
      </span>
    )
  }
  return <span>{labels[lineLooks[kind].word]}</span>
}
