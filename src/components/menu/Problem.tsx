'use client'
import { forwardRef } from 'react'
import type { ChatUserProblem } from '../../react/useChatUserMenu.js'
import { isDevelopment } from '../../react/isDevelopment.js'
import type { ChatAuthLabels } from '../labels.js'
import { Remaining } from '../spans.js'
import { Button } from './Button.js'
import { useMenu } from './menuContext.js'
import { Part, type PartProps } from './Part.js'

/**
 * What is wrong, in a person's words, and what they can do. Nothing while all is well. Code, message and
 * remedy of the error are there in development only.
 */
export const LogoutSwitchUserProblem = forwardRef<HTMLDivElement, PartProps<'div'>>(
  function LogoutSwitchUserProblem(props, ref) {
    const { menu, labels, language, onSignIn } = useMenu('LogoutSwitchUser.Problem')
    const { problem, switching } = menu
    if (!problem) return null
    const { title, text } = labels.problems[problem.kind]
    const asksToSignIn = problem.kind === 'sign-in' && onSignIn
    const children = props.children ?? (
      <>
        <p className="chat-auth-strong">{title}</p>
        {problem.isFinal ? (
          <p>{text}</p>
        ) : (
          <p>
            {problem.nextAttemptAt ? (
              <Remaining
                until={problem.nextAttemptAt}
                write={labels.tryingAgainIn}
                otherwise={labels.tryingAgain}
                language={language}
              />
            ) : (
              labels.tryingAgain
            )}
          </p>
        )}
        <div className="chat-auth-buttons">
          {asksToSignIn && (
            <Button isPrimary onClick={onSignIn}>
              {labels.signIn}
            </Button>
          )}
          <Button onClick={() => void menu.tryNow()}>
            {problem.isFinal ? labels.tryAgain : labels.tryNow}
          </Button>
          {!problem.isFinal && (menu.presence === 'connecting' || switching) && (
            <Button isQuiet onClick={() => void menu.stop()}>
              {labels.stop}
            </Button>
          )}
        </div>
        {isDevelopment() && <Details problem={problem} labels={labels} />}
      </>
    )
    return (
      <Part
        tag="div"
        part="problem"
        className="chat-auth-problem"
        data-tone={problem.isFinal ? 'trouble' : 'busy'}
        data-kind={problem.kind}
        ref={ref}
        given={props}
      >
        {children}
      </Part>
    )
  },
)

function Details({ problem, labels }: { problem: ChatUserProblem; labels: ChatAuthLabels }) {
  const { code, message, remedy } = problem.error
  return (
    <details className="chat-auth-details">
      <summary>{labels.details}</summary>
      <p>
        <code>{code}</code> {message.replace(remedy, '').trim()}
      </p>
      <p>{remedy}</p>
    </details>
  )
}
