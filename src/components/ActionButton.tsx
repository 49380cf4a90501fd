'use client'
import type { ComponentPropsWithoutRef, MouseEvent, ReactElement } from 'react'

interface ActionButtonProps extends Omit<ComponentPropsWithoutRef<'button'>, 'onClick' | 'type'> {
  isDisabled: boolean
  /** The consumer's handler: called first, and the action not at all after its `preventDefault()`. */
  onBefore: ((event: MouseEvent<HTMLButtonElement>) => void) | undefined
  onAction: () => void
}

/**
 * A button that keeps the focus while it has nothing to do: `disabled` would drop a keyboard user at
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
