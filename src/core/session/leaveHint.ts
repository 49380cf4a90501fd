import { isSameIdentity, type ChatIdentity } from '../types.js'

/** Notices a log-out that the cleanup of an effect asked for. */
export interface LeaveHint {
  loggingOut(identity: ChatIdentity | undefined): void
  connecting(identity: ChatIdentity): void
}

/**
 * Warns the developer, once, of a log-out that `connectUser` of the same user follows in the same
 * turn. StrictMode, fast refresh and changed dependencies run the cleanup of an effect and the effect
 * in that way, and the log-out reaches all tabs.
 */
export function createLeaveHint(warn: (message: string) => void): LeaveHint {
  let isSettled = false
  /** Set by `loggingOut`, reset by the microtask that follows. */
  let leaver: ChatIdentity | null = null

  return {
    loggingOut(identity) {
      if (isSettled || !identity) return
      leaver = identity
      void Promise.resolve().then(() => {
        leaver = null
      })
    },
    connecting(identity) {
      if (!leaver || !isSameIdentity(leaver, identity)) return
      isSettled = true
      leaver = null
      warn(
        'disconnectUser() logs the user out in all tabs, and the same user was connected again at once, ' +
          'as by the cleanup of an effect. There, call disconnectUser({ thisTabOnly: true }); or let ' +
          '<ChatAuthProvider user={…}> connect.',
      )
    },
  }
}
