import type { ChatUser } from '../types.js'

/**
 * Fields of the chat and of presence: they change with every message or tab, and are stale a second
 * later. `state.user` leaves them out.
 */
const chatFields: ReadonlySet<string> = new Set([
  'blocked_user_ids',
  'channel_mutes',
  'devices',
  'last_active',
  'latest_hidden_channels',
  'mutes',
  'online',
  'total_unread_count',
  'total_unread_count_by_team',
  'unread_channels',
  'unread_count',
  'unread_threads',
])

/** Fields that a welcome tells to the user alone. Other records of the user may lack them. */
const privateFields = [
  'banned',
  'invisible',
  'language',
  'privacy_settings',
  'push_preferences',
  'roles',
]

/** Fields that only the chat backend may set. From a client, they might be accepted. */
const backendFields: ReadonlySet<string> = new Set([
  ...chatFields,
  'role',
  'created_at',
  'updated_at',
  'deactivated_at',
  'deleted_at',
  'banned',
])

/** Returns the person in a record of the backend. Private fields that it lacks stay as `before`. */
export function personOf(record: ChatUser, before: ChatUser | null): ChatUser {
  const kept = privateFields.filter((field) => before && field in before)
  return {
    ...Object.fromEntries(kept.map((field) => [field, before?.[field]])),
    ...(Object.fromEntries(
      Object.entries(record).filter(([field]) => !chatFields.has(field)),
    ) as ChatUser),
  }
}

/** Whether one record was written before another, by the backend's own instants. */
export function isOlder(record: ChatUser, than: ChatUser): boolean {
  return Date.parse(String(record['updated_at'])) < Date.parse(String(than['updated_at']))
}

/** Returns a user without the fields that only the chat backend may set. */
export function withoutBackendFields<User extends { id: string }>(user: User): User {
  return Object.fromEntries(
    Object.entries(user).filter(([field]) => !backendFields.has(field)),
  ) as User
}

/** @throws TypeError that names the first field that only the chat backend may set */
export function refuseBackendFields(name: string, fields: object): void {
  const reserved = Object.keys(fields).find((field) => backendFields.has(field))
  if (reserved === undefined) return
  throw new TypeError(
    `\`${name}.${reserved}\` is the chat backend's to decide: leave it out, and set it on the server.`,
  )
}
