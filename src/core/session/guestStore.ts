import type { ChatAuthOptions } from '../options.js'
import { within } from '../tools/deadline.js'
import type { Environment, GuestStorage } from '../environment.js'
import { readToken } from '../token/token.js'
import type { ChatUser } from '../types.js'

/** A guest created by the backend, with the only token that this guest gets. */
export interface StoredGuest {
  readonly user: ChatUser
  readonly token: string
}

/** Keeps one guest of one app on one backend. Every call settles within 3 s, or at dispose. */
export interface GuestStore {
  /** Resolves with null if no guest is kept, if the storage fails or is late, and after `forget`. */
  read(): Promise<StoredGuest | null>
  write(guest: StoredGuest): Promise<void>
  forget(): Promise<void>
}

/** Time limit for a storage, in milliseconds. Storage on a disk answers within a few. */
const storageTimeoutMs = 3000

export function createGuestStore(
  storage: GuestStorage | null,
  connectorId: string,
  environment: Environment,
  disposal: AbortSignal,
): GuestStore {
  const key = `react-chat-auth guest ${connectorId}`
  /** The last change. Each change begins when the one before has ended, however long that takes. */
  let changed: Promise<unknown> = Promise.resolve()
  /** Set by `forget`, reset by `write`: a storage may be slow to remove the guest, or fail to. */
  let isForgotten = false

  /** Resolves with undefined if the storage fails or is late, because a guest can connect without it. */
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
      // read → log-out forgets → slow storage answers: without `isForgotten`, the guest is back.
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

/** Reads a stored guest; null if malformed. Any script can write there, and a bad token would always fail. */
function parseGuest(text: string | null | undefined): StoredGuest | null {
  try {
    const { user, token } = JSON.parse(String(text)) ?? {}
    // Equivalent mutant: `user.id`, which throws into the same `catch`.
    if (typeof user?.id !== 'string') return null
    readToken(token, user.id)
    return { user, token }
  } catch {
    return null
  }
}

/** Finds the storage of the option `guestStorage`; null if there is none. */
export function findGuestStorage(
  options: Pick<ChatAuthOptions, 'guestStorage'> & { environment: Environment },
): GuestStorage | null {
  const { guestStorage = 'none', environment } = options
  if (guestStorage === 'none') return null
  if (typeof guestStorage !== 'string') return guestStorage
  return environment.storage?.(guestStorage) ?? null
}
