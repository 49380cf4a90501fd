import type { ChatUser, ChatUserInput, UserChanges } from '../types.js'
import { isObject } from './reading.js'
import { refuseBackendFields } from './userFields.js'

/**
 * Copies the app's user as JSON. Later changes of the app's object, as in a mutable store or a revoked
 * draft, then change nobody's identity.
 * @throws TypeError if it has no id, cannot be written as JSON, or has a field that is not the client's
 */
export function takeUser(user: ChatUserInput): ChatUser {
  const copy = copyOf('user', user) as ChatUser | null | undefined
  if (typeof copy?.id !== 'string' || copy.id === '') {
    throw new TypeError('`user.id` must be a non-empty string.')
  }
  refuseBackendFields('user', copy)
  return freeze(copy)
}

/**
 * Copies changes of a profile as JSON.
 * @throws TypeError if they are no plain object, or have a field that is not the client's to change
 */
export function takeChanges(changes: UserChanges): Readonly<Record<string, unknown>> {
  const copy = copyOf('fields', changes)
  if (!isObject(copy) || Array.isArray(copy)) {
    throw new TypeError('`fields` must be an object, such as { name: "Jane" }.')
  }
  if (Object.hasOwn(copy, 'id')) {
    throw new TypeError('`fields.id` cannot be changed: use switchUser() to connect another user.')
  }
  refuseBackendFields('fields', copy)
  return freeze(copy as Record<string, unknown>)
}

function copyOf(name: string, value: unknown): unknown {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    throw new TypeError(`\`${name}\` must be plain data: it is sent to the chat backend as JSON.`)
  }
  return text === undefined ? undefined : JSON.parse(text)
}

/** Freezes plain data at any depth, and returns it. */
export function freeze<T>(value: T): T {
  if (!isObject(value)) return value
  for (const field of Object.values(value)) freeze(field)
  return Object.freeze(value)
}
