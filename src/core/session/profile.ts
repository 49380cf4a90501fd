import type { UserDetails } from '../connector.js'
import { toChatAuthError, type ChatAuthError } from '../errors.js'
import type { EventBody } from '../events.js'
import type { Life } from '../life.js'
import { isEqualJson } from '../tools/isEqualJson.js'
import { freeze } from '../tools/takeUser.js'
import { isOlder, personOf } from '../tools/userFields.js'
import type { ChatUser } from '../types.js'
import { isEmpty, type DeclaredDetails } from './declaredDetails.js'

export interface ProfileOptions {
  readonly life: Life
  readonly details: DeclaredDetails
  /** Sends changes to the backend; resolves with the user as it now has them. */
  readonly send: (changes: UserDetails) => Promise<ChatUser>
  /** The user as the backend knows them has changed. */
  readonly onChange: (user: ChatUser) => void
  readonly emit: (event: EventBody) => void
}

/**
 * A session's user: what the app declares goes to the backend once, what the backend tells comes back.
 * The first connection carries the details. Later changes go by requests, one after another.
 */
export interface Profile {
  /** The connection is up. Returns the user to show. */
  welcomed(user: ChatUser): ChatUser
  /** The connection is down: declared changes wait until it is up. */
  down(): void
  /** The backend told of the user. */
  told(user: ChatUser): void
  /** Sends the fields that differ from those declared before, once the connection is up. */
  declare(details: UserDetails): void
  /** Sends changes now. Resolves with the user as the backend has them then. */
  update(changes: UserDetails): Promise<ChatUser>
}

export function createProfile(options: ProfileOptions): Profile {
  const { life, details, send, onChange, emit } = options
  let isUp = false
  /** The user as the backend last told of them. Set by `take`. */
  let known: ChatUser | null = null
  /** The last of the updates. They run one after another, so that the latest reaches the backend last. */
  let queue: Promise<unknown> = Promise.resolve()

  function take(record: ChatUser): ChatUser {
    const person = personOf(record, known)
    // PATCH sent → another device's update is told → PATCH answered: the older record comes last.
    if (known && (isOlder(person, known) || isEqualJson(person, known))) return known
    known = freeze(person)
    return known
  }

  function told(record: ChatUser): ChatUser {
    const before = known
    const user = take(record)
    if (user !== before) onChange(user)
    return user
  }

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = queue.then(task)
    queue = done.catch(() => {})
    return done
  }

  async function submit(changes: UserDetails): Promise<ChatUser> {
    life.ensureAlive()
    try {
      const user = await send(changes)
      life.ensureAlive()
      return told(user)
    } catch (reason) {
      life.ensureAlive()
      const error = toChatAuthError(reason, 'connection-failed')
      emit({ type: 'user-update-failed', code: error.code })
      throw error
    }
  }

  async function deliver(): Promise<void> {
    const owed = details.owed()
    if (isEmpty(owed)) return
    try {
      await submit(owed)
      life.ensureAlive()
      details.settle(owed)
    } catch (error) {
      life.ensureAlive()
      // A change that the backend refused would be refused again. Others wait for the next connection.
      if (!(error as ChatAuthError).retryable) details.settle(owed)
    }
  }

  function deliverSoon(): void {
    // It rejects only when the session is over.
    if (isUp) inTurn(deliver).catch(() => {})
  }

  return {
    welcomed(record) {
      isUp = true
      details.opened()
      deliverSoon()
      return take(record)
    },
    down() {
      isUp = false
    },
    told: (record) => void told(record),
    declare(later) {
      if (details.declare(later)) deliverSoon()
    },
    update: (changes) =>
      inTurn(() => {
        details.replace(changes)
        return submit(changes)
      }),
  }
}
