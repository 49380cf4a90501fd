import type { Audience } from './audience.js'
import type { Channels } from './channels.js'
import type { Counters } from './counters.js'
import type { Json } from './json.js'
import type { Permissions } from './permissions.js'
import type { Caller, Tokens } from './tokens.js'
import type { Uploads } from './uploads.js'
import type { Users } from './users.js'

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
