import type { Audience } from '../realtime/audience.js'
import type { Channels } from '../chat/channels.js'
import type { Counters } from '../controls/counters.js'
import type { Json } from '../wire/json.js'
import type { Permissions } from '../chat/permissions.js'
import type { Caller } from '../chat/caller.js'
import type { Tokens } from '../tokens/tokens.js'
import type { Uploads } from './uploads.js'
import type { Users } from '../chat/users.js'

/** An authenticated and parsed request. */
export interface ApiCall {
  readonly method: string
  /** Decoded parts of the path, without the query. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  /** JSON of the body, or of a GET's `payload` in its query. */
  readonly body: Json
  /** File of an upload; null otherwise. */
  readonly file: File | null
  /** Origin under which the client reached the backend. */
  readonly origin: string
  readonly caller: Caller
}

/** Parts of the backend that the routes use. */
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

/** Answer of a route; null for an unknown path. */
export type Answer = object | Promise<object> | null
