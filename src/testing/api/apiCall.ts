import type { Audience } from '../realtime/audience.js'
import type { Channels } from '../chat/channels.js'
import type { Counters } from '../controls/counters.js'
import type { Json } from '../wire/json.js'
import type { Permissions } from '../chat/permissions.js'
import type { Caller } from '../chat/caller.js'
import type { Tokens } from '../tokens/tokens.js'
import type { Uploads } from './uploads.js'
import type { Users } from '../chat/users.js'

/** One authenticated request, read. */
export interface ApiCall {
  readonly method: string
  /** The path without its query, each part decoded. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  /** The body; of a GET, the `payload` in its query. */
  readonly body: Json
  /** The file of an upload. */
  readonly file: File | null
  /** Where the client reached the backend. */
  readonly origin: string
  readonly caller: Caller
}

/** What the routes work on. */
export interface Backend {
  readonly users: Users
  readonly channels: Channels
  readonly permissions: Permissions
  readonly audience: Audience
  readonly uploads: Uploads
  readonly tokens: Tokens
  readonly counters: Counters
  readonly instant: () => string
}

/** An answer; `null` where there is no such path. */
export type Answer = object | Promise<object> | null
