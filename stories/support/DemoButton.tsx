import type { ReactNode } from 'react'

interface DemoButtonProps {
  onPress: () => void
  /** Pressed state, which makes the button a toggle. */
  isPressed?: boolean
  isDisabled?: boolean
  isPrimary?: boolean
  children: ReactNode
}

/** Button that keeps the focus when its own action disables it. */
export function DemoButton({
  onPress,
  isPressed,
  isDisabled,
  isPrimary,
  children,
}: DemoButtonProps) {
  return (
    <button
      type="button"
      className={isPrimary ? 'demo-button demo-button-primary' : 'demo-button'}
      aria-pressed={isPressed}
      aria-disabled={isDisabled || undefined}
      onClick={isDisabled ? undefined : onPress}
    >
      {children}
    </button>
  )
}
