'use client'
import { forwardRef, useId, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import type { LeaveQuestion } from '../../react/useEndQuestion.js'
import type { ChatAuthLabels } from '../labels.js'
import { Button } from './Button.js'
import { useMenu } from './menuContext.js'
import { Part, type PartProps } from './Part.js'

/**
 * Asks before a log-out or switch throws something away: a modal dialog, after which the focus is back
 * where it was. Escape keeps the session. Nothing while there is no question.
 */
export const LogoutSwitchUserConfirm = forwardRef<HTMLDialogElement, PartProps<'dialog'>>(
  function LogoutSwitchUserConfirm(props, ref) {
    const { menu, labels } = useMenu('LogoutSwitchUser.Confirm')
    return (
      menu.question && (
        <OpenQuestion {...props} ref={ref} question={menu.question} labels={labels} />
      )
    )
  },
)

type OpenQuestionProps = PartProps<'dialog'> & { question: LeaveQuestion; labels: ChatAuthLabels }

const OpenQuestion = forwardRef<HTMLDialogElement, OpenQuestionProps>(function OpenQuestion(
  { question, labels, ...props },
  ref,
) {
  const dialogRef = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useImperativeHandle(ref, () => dialogRef.current as HTMLDialogElement)

  useLayoutEffect(() => {
    const dialog = dialogRef.current
    if (!dialog) return undefined
    openModal(dialog)
    // A dialog that is removed while it is open does not give the focus back.
    return () => dialog.close?.()
  }, [])

  const words = labels.confirm[question.action]
  const children = props.children ?? (
    <>
      <p id={titleId} className="chat-auth-strong">
        {words.title(question.unsent)}
      </p>
      <p>{question.isWaiting ? labels.confirmWaiting : labels.confirmText}</p>
      <div className="chat-auth-buttons">
        <Button isPrimary onClick={question.stay}>
          {labels.stay}
        </Button>
        {!question.isWaiting && <Button onClick={question.leaveWhenSent}>{words.whenSent}</Button>}
        <Button isDanger onClick={question.leave}>
          {words.now}
        </Button>
      </div>
    </>
  )
  return (
    <Part
      tag="dialog"
      part="confirm"
      className="chat-auth-dialog"
      aria-labelledby={titleId}
      onCancel={(event: Event) => {
        event.preventDefault()
        question.stay()
      }}
      ref={dialogRef}
      given={props}
    >
      {children}
    </Part>
  )
})

/** Opens the dialog over the page; without `showModal`, as in jsdom, in its place in the page. */
function openModal(dialog: HTMLDialogElement): void {
  if (typeof dialog.showModal === 'function') dialog.showModal()
  else dialog.setAttribute('open', '')
}
