import type { ChatUser, ChatUserInput } from '../types.js'

/** Fields that only the chat backend may set. From a client, they might be accepted. */
const reservedFields = [
  'role',
  'created_at',
  'updated_at',
  'deactivated_at',
  'deleted_at',
  'banned',
]

/**
 * Copies the app's user as JSON. Later changes of the app's object, as in a mutable store or a revoked
 * draft, then change nobody's identity.
 * @throws TypeError if it has no id, cannot be written as JSON, or has a field that is not the client's
 */
export function takeUser(user: ChatUserInput): ChatUser {
  const copy = copyOf(user)
  if (typeof copy?.id !== 'string' || copy.id === '') {
    throw new TypeError('`user.id` must be a non-empty string.')
  }
  const reserved = reservedFields.find((field) => Object.hasOwn(copy, field))
  if (reserved === undefined) return freeze(copy)
  throw new TypeError(
    `\`user.${reserved}\` is the chat backend's to decide: leave it out, and set it on the server.`,
  )
}

function copyOf(user: unknown): ChatUser | null | undefined {
  let text: string | undefined
  try {
    text = JSON.stringify(user)
  } catch {
    throw new TypeError('`user` must be plain data: it is sent to the chat backend as JSON.')
  }
  return text === undefined ? undefined : (JSON.parse(text) as ChatUser | null)
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const field of Object.values(value)) freeze(field)
  return Object.freeze(value)
}
