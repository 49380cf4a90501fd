import type { ArmSetup, User } from '../arm.js'

export interface AppProps extends ArmSetup {
  readonly user: User
  /** Whether the token provider is another function at every rendering. */
  readonly isInline: boolean
  /** Told after every rendering whether there is a client to show the chat with. */
  readonly onShown: (isShown: boolean) => void
}
