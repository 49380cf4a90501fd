import type { ChatAuthError } from '../../core/errors.js'
import { RefusedError, type IgnoredFrame } from '../../core/connector.js'
import { isWireError, readWireError } from './wireError.js'

/** An event from the backend, such as `message.new` or `health.check`. */
export interface ChatEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** A parsed frame: an event, the reason why the connection ends, or a frame outside the protocol. */
export type Frame =
  | { readonly event: ChatEvent }
  | { readonly end: ChatAuthError | RefusedError }
  | { readonly ignored: IgnoredFrame }

/** Reads the first frame of a socket: the welcome, or the reason why there is none. */
export function readFirstFrame(data: unknown): Frame {
  const fields = readFields(data)
  if (typeof fields === 'string') return { ignored: fields }
  if (fields['error']) return { end: readWireError(fields['error']) }
  return isEvent(fields) ? { event: fields } : { ignored: 'no-type' }
}

/**
 * Reads a frame after the welcome. Other users can forge every field of their events, so only `type`
 * classifies a frame. Users cannot omit the type, nor the sender and channel that the backend adds.
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
 * Whether an event is about this connection itself. Such an event names this connection's id, which no
 * other user knows, or has neither sender nor channel.
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
  // In Node a binary frame is a Buffer, which `JSON.parse` would silently convert to text.
  if (typeof data !== 'string') return 'binary'
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : 'not-an-object'
  } catch {
    // The parse error is dropped, because its message quotes the frame.
    return 'not-json'
  }
}
