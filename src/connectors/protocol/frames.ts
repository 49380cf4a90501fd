import type { ChatAuthError } from '../../core/errors.js'
import { RefusedError, type IgnoredFrame } from '../../core/types.js'
import { isWireError, readWireError } from './wireError.js'

/** An event that the backend sends: `message.new`, `health.check`, … */
export interface ChatEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** What a frame is: an event, the end of the connection and why, or nothing that the protocol has. */
export type Frame =
  | { readonly event: ChatEvent }
  | { readonly end: ChatAuthError | RefusedError }
  | { readonly ignored: IgnoredFrame }

/** Reads the first frame of a socket: the backend says either hello or why not. */
export function readFirstFrame(data: unknown): Frame {
  const fields = readFields(data)
  if (typeof fields === 'string') return { ignored: fields }
  if (fields['error']) return { end: readWireError(fields['error']) }
  return isEvent(fields) ? { event: fields } : { ignored: 'no-type' }
}

/**
 * Reads a frame after the welcome. Other users fill in the fields of their events as they like, so that
 * no field but `type` says what a frame is. They cannot leave the type out, nor take away the fields by
 * which the backend says who sent an event, and where.
 */
export function readFrame(data: unknown, connectionId: string): Frame {
  const fields = readFields(data)
  if (typeof fields === 'string') return { ignored: fields }
  const { type, error } = fields
  const isControl =
    type === undefined ||
    (type === 'connection.error' && isEvent(fields) && isOfConnection(fields, connectionId))
  if (isControl && isWireError(error)) return { end: readWireError(error) }
  return isEvent(fields) ? { event: fields } : { ignored: 'no-type' }
}

/**
 * Whether an event is about this connection itself. The backend names the connection, or nothing at all:
 * its id is known to nobody else, and an event of a user's has a sender.
 */
export function isOfConnection(event: ChatEvent, connectionId: string): boolean {
  const { connection_id: named, cid = '*', channel_id, channel_type, user, me } = event
  if (named !== undefined) return named === connectionId
  return cid === '*' && [channel_id, channel_type, user, me].every((field) => field === undefined)
}

function isEvent(fields: Readonly<Record<string, unknown>>): fields is ChatEvent {
  return typeof fields['type'] === 'string'
}

function readFields(data: unknown): Readonly<Record<string, unknown>> | IgnoredFrame {
  // In Node a binary frame would be a Buffer, which turns into text by itself.
  if (typeof data !== 'string') return 'binary'
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : 'not-an-object'
  } catch {
    // What the error would quote may be anything, and helps nobody.
    return 'not-json'
  }
}
