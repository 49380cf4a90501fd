import { within } from '../tools/deadline.js'
import type { Environment, GuestStorage } from '../environment.js'
import { readToken } from '../token/token.js'
import type { ChatUser } from '../types.js'

/** A guest as the backend made them, with the token that is theirs for good. */
export interface StoredGuest {
  readonly user: ChatUser
  readonly token: string
}

/** Keeps one guest of one app on one backend. Every call settles within three seconds, and at dispose. */
export interface GuestStore {
  /** Null where none is kept, where the storage cannot tell in time, and after `forget`. */
  read(): Promise<StoredGuest | null>
  write(guest: StoredGuest): Promise<void>
  forget(): Promise<void>
}

/** How long a storage is waited for, in milliseconds. One on a disk answers within a few. */
const storageTimeoutMs = 3000

export function createGuestStore(
  storage: GuestStorage | null,
  connectorId: string,
  environment: Environment,
  disposal: AbortSignal,
): GuestStore {
  const key = `react-chat-auth guest ${connectorId}`
  /** The last change: each begins when the one before has ended, however long that takes. */
  let changed: Promise<unknown> = Promise.resolve()
  /** Whether the last word was to forget, which a storage may be slow to do, or fail to. */
  let isForgotten = false

  /** Undefined where the storage fails or is late: a guest who is not kept is no reason to fail. */
  function afterChanges<T>(act: (storage: GuestStorage) => T | Promise<T>) {
    const done = changed.then(() => storage && act(storage)).catch(() => undefined)
    return { done, inTime: storage ? within(environment, storageTimeoutMs, done, disposal) : done }
  }

  async function change(act: (storage: GuestStorage) => void | Promise<void>): Promise<void> {
    const { done, inTime } = afterChanges(act)
    changed = done
    await inTime
  }

  return {
    async read() {
      const reading = afterChanges((guests) => guests.getItem(key))
      return reading.inTime.then((text) => (isForgotten ? null : parseGuest(text)))
    },
    write(guest) {
      isForgotten = false
      return change((guests) => guests.setItem(key, JSON.stringify(guest)))
    },
    forget() {
      isForgotten = true
      return change((guests) => guests.removeItem(key))
    },
  }
}

/** The storage is anyone's to write to: what could not be sent would fail at every attempt. */
function parseGuest(text: string | null | undefined): StoredGuest | null {
  try {
    const { user, token } = JSON.parse(String(text)) ?? {}
    if (typeof user?.id !== 'string') return null
    readToken(token, user.id)
    return { user, token }
  } catch {
    return null
  }
}
