import type { UserDetails } from '../connector.js'
import { isEqualJson } from '../tools/isEqualJson.js'
import type { ChatUser } from '../types.js'
import type { SessionIntent } from './sessionIntent.js'

/** Details of a user as the app declared them, and those that the backend has not been given. */
export interface DeclaredDetails {
  /** Takes a later declaration. Fields that it leaves out stay. Returns whether anything changed. */
  declare(details: UserDetails): boolean
  /** Details for the connection that is about to be opened; empty once one has been up. */
  forOpening(): UserDetails
  /** A connection is up: the backend has the details of the last `forOpening`. */
  opened(): void
  /** Details that the backend has not been given. */
  owed(): UserDetails
  /** These were given, or refused. What was declared meanwhile is still owed. */
  settle(details: UserDetails): void
  /** A later change of these fields replaces what is owed of them. */
  replace(changes: UserDetails): void
  /** The intent to restart a session from, with these details. */
  within(intent: SessionIntent): SessionIntent
}

function createDeclaredDetails(all: UserDetails, notGiven: UserDetails): DeclaredDetails {
  let declared = all
  let owed = notGiven
  /** Set by `forOpening`; null once a connection has been up. */
  let opening: UserDetails | null = {}

  function settle(given: UserDetails): void {
    // request sent → the app declares another name → answer: that name is still owed.
    owed = pick(owed, (name, value) => !Object.hasOwn(given, name) || given[name] !== value)
  }

  return {
    declare(details) {
      const changed = pick(details, (field, value) => !isEqualJson(value, declared[field]))
      declared = { ...declared, ...details }
      owed = { ...owed, ...changed }
      return !isEmpty(changed)
    },
    forOpening() {
      if (!opening) return {}
      // A handshake adds and replaces fields. It cannot take one away.
      opening = pick(owed, (_, value) => value !== null)
      return opening
    },
    opened() {
      settle(opening ?? {})
      opening = null
    },
    owed: () => owed,
    settle,
    replace(changes) {
      owed = pick(owed, (field) => !Object.hasOwn(changes, field))
    },
    within(intent) {
      const { identity } = intent
      if (identity.type !== 'user') return { ...intent, owed }
      return { ...intent, owed, identity: { ...identity, user: { ...identity.user, ...declared } } }
    },
  }
}

/** Details of an intent. A guest is declared when they are created, and returns with the id alone. */
export function detailsOfIntent({ identity, owed }: SessionIntent): DeclaredDetails {
  const declared = identity.type === 'anonymous' ? {} : detailsOf(identity.user)
  return createDeclaredDetails(declared, owed ?? (identity.type === 'user' ? declared : {}))
}

/** Fields of a user other than the id. */
export function detailsOf(user: ChatUser): UserDetails {
  return pick(user, (field) => field !== 'id')
}

export function isEmpty(details: UserDetails): boolean {
  return Object.keys(details).length === 0
}

function pick(
  details: UserDetails,
  isWanted: (field: string, value: unknown) => boolean,
): UserDetails {
  return Object.fromEntries(
    Object.entries(details).filter(([name, value]) => isWanted(name, value)),
  )
}
