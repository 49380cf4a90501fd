/** Counts since the backend was created or reset. */
export interface BackendCounters {
  /** HTTP requests to the API, without preflights and calls of the token endpoint. */
  readonly requests: number
  readonly accepted: number
  /** Refused HTTP requests by the protocol's error code. */
  readonly refused: Readonly<Record<number, number>>
  readonly socketsOpened: number
  readonly liveSockets: number
  /** Refused socket handshakes by error code. */
  readonly socketsRefused: Readonly<Record<number, number>>
  /** Maximum number of sockets that each user had open at once. */
  readonly peakSocketsByUser: Readonly<Record<string, number>>
  readonly tokenCalls: number
  readonly tokenCallsByUser: Readonly<Record<string, number>>
  readonly guestsCreated: number
  readonly messagesByUser: Readonly<Record<string, number>>
  /** Requests without an `x-client-request-id`. */
  readonly requestsWithoutId: number
  /** Requests whose id was seen before, which marks a replay. */
  readonly replays: number
  /** Replays of a request that had already been accepted, and so ran twice. */
  readonly acceptedTwice: number
  /** Requests and sockets whose `user_id` differed from the user of their token. */
  readonly wrongUserTokens: number
}

/** Entry of the backend's log; contains no token. */
export interface RequestLogEntry {
  readonly at: Date
  readonly method: string
  /** Path of the request; `/connect` is a socket's handshake. */
  readonly path: string
  readonly userId: string
  readonly requestId: string | null
  readonly status: number
  /** The protocol's error code of a refusal. */
  readonly code: number | null
}

/** Maximum entries of the log; the oldest are dropped. */
const logLength = 1000

type CounterName = {
  [Name in keyof BackendCounters]: BackendCounters[Name] extends number ? Name : never
}[keyof BackendCounters]
type TableName = Exclude<keyof BackendCounters, CounterName>

const zero: BackendCounters = {
  requests: 0,
  accepted: 0,
  refused: {},
  socketsOpened: 0,
  liveSockets: 0,
  socketsRefused: {},
  peakSocketsByUser: {},
  tokenCalls: 0,
  tokenCallsByUser: {},
  guestsCreated: 0,
  messagesByUser: {},
  requestsWithoutId: 0,
  replays: 0,
  acceptedTwice: 0,
  wrongUserTokens: 0,
}

export type Counters = ReturnType<typeof createCounters>

/** Creates the counters and the log. Both are new objects after every change, as stores require. */
export function createCounters() {
  let counters = zero
  let log: readonly RequestLogEntry[] = []
  const acceptedById = new Map<string, boolean>()
  const listeners = new Set<() => void>()

  const change = (next: Partial<BackendCounters>) => {
    counters = { ...counters, ...next }
    for (const listener of listeners) listener()
  }

  const count = (name: CounterName, by = 1) => change({ [name]: counters[name] + by })

  const countIn = (name: TableName, key: string | number) => {
    const table: Readonly<Record<string | number, number>> = counters[name]
    change({ [name]: { ...table, [key]: (table[key] ?? 0) + 1 } })
  }

  function countId(requestId: string | null, accepted: boolean) {
    if (requestId === null) return count('requestsWithoutId')
    const before = acceptedById.get(requestId)
    if (before !== undefined) count('replays')
    if (before && accepted) count('acceptedTwice')
    acceptedById.set(requestId, before || accepted)
  }

  const record = (entry: RequestLogEntry) => {
    log = [...log.slice(1 - logLength), entry]
  }

  return {
    get counters() {
      return counters
    },
    get log() {
      return log
    },

    request(entry: RequestLogEntry) {
      record(entry)
      const accepted = entry.status < 300
      countId(entry.requestId, accepted)
      if (accepted) count('accepted')
      else if (entry.code !== null) countIn('refused', entry.code)
      count('requests')
    },

    handshake(entry: RequestLogEntry) {
      record(entry)
      if (entry.code === null) count('socketsOpened')
      else countIn('socketsRefused', entry.code)
    },

    /** Sets the current numbers of open sockets: all (`live`) and the user's (`ofUser`). */
    sockets(live: number, userId: string, ofUser: number) {
      const peaks = counters.peakSocketsByUser
      change({
        liveSockets: live,
        peakSocketsByUser: { ...peaks, [userId]: Math.max(peaks[userId] ?? 0, ofUser) },
      })
    },

    tokenCall(userId: string) {
      countIn('tokenCallsByUser', userId)
      count('tokenCalls')
    },

    guest: () => count('guestsCreated'),
    message: (userId: string) => countIn('messagesByUser', userId),
    wrongUserToken: () => count('wrongUserTokens'),

    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },

    /** Resets all counts except that of live sockets, which stay open. */
    reset() {
      acceptedById.clear()
      log = []
      change({ ...zero, liveSockets: counters.liveSockets })
    },

    clearListeners: () => listeners.clear(),
  }
}
