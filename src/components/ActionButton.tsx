'use client'
import type { ComponentPropsWithoutRef, MouseEvent, ReactElement } from 'react'

interface ActionButtonProps extends Omit<ComponentPropsWithoutRef<'button'>, 'onClick' | 'type'> {
  isDisabled: boolean
  /** The consumer's handler, called before the action; its `preventDefault()` cancels the action. */
  onBefore: ((event: MouseEvent<HTMLButtonElement>) => void) | undefined
  onAction: () => void
}

/**
 * Button that stays focusable while it is inactive. With `disabled`, a keyboard user would lose focus to
 * the top of the page after every log-out.
 */
export function ActionButton(props: ActionButtonProps): ReactElement {
  const { isDisabled, onBefore, onAction, ...rest } = props
  return (
    <button
      {...rest}
      type="button"
      aria-disabled={isDisabled || undefined}
      onClick={(event) => {
        if (isDisabled) return
        onBefore?.(event)
        if (!event.defaultPrevented) onAction()
      }}
    />
  )
}
