/** A user as the backend is given them: an id, and whatever else they say of themselves. */
export interface BackendUser {
  id: string
  name?: string
  [field: string]: unknown
}

/** A user as the wire has them. */
export interface WireUser extends BackendUser {
  role: 'user' | 'guest' | 'anonymous'
  online: boolean
  created_at: string
  updated_at: string
}

/** Every anonymous visitor is the same one to the backend. */
export const anonymousId = '!anon'

/** Guests are known by their id, so that one who comes back after a restart is still a guest. */
export const isGuestId = (id: string) => /^guest-[0-9a-f-]{36}-/.test(id)

/** What the backend alone decides, whatever a client sends. */
const decidedHere = new Set(
  [
    ['id', 'role', 'anon', 'online', 'last_active', 'banned', 'created_at', 'updated_at'],
    ['unread_count', 'total_unread_count', 'unread_channels', 'unread_threads', 'invisible'],
    ['devices', 'mutes', 'channel_mutes', 'blocked_user_ids'],
  ].flat(),
)

export type Users = ReturnType<typeof createUsers>

export function createUsers(initial: readonly BackendUser[], now: () => number) {
  const users = new Map<string, WireUser>()
  /** Whom a user wants to hear nothing of. */
  const blocked = new Map<string, ReadonlySet<string>>()

  /** Makes or updates a user; what they do not mention stays. */
  function upsert({ id, ...fields }: BackendUser): WireUser {
    const at = new Date(now()).toISOString()
    const before = users.get(id)
    const user: WireUser = {
      created_at: at,
      online: false,
      ...before,
      ...Object.fromEntries(Object.entries(fields).filter(([name]) => !decidedHere.has(name))),
      id,
      role: id === anonymousId ? 'anonymous' : isGuestId(id) ? 'guest' : 'user',
      updated_at: at,
    }
    users.set(id, user)
    return user
  }

  const get = (id: string) => users.get(id) ?? upsert({ id })

  const blockedBy = (id: string) => blocked.get(id) ?? new Set<string>()

  const reset = () => {
    users.clear()
    blocked.clear()
    for (const user of initial) upsert(user)
  }
  reset()

  return {
    upsert,
    get,
    list: () => [...users.values()].filter((user) => user.id !== anonymousId),

    /** The `me` of a socket's first frame: what only the user themselves may see. */
    own: (id: string) => ({ ...get(id), ...ownFields, blocked_user_ids: [...blockedBy(id)] }),

    /** The server decides who a guest is: two of the same name are two people. */
    createGuest: (wanted: BackendUser) =>
      upsert({ ...wanted, id: `guest-${crypto.randomUUID()}-${wanted.id}` }),

    setOnline: (id: string, online: boolean) =>
      users.set(id, { ...get(id), online, last_active: new Date(now()).toISOString() }),

    block: (id: string, other: string) => blocked.set(id, new Set([...blockedBy(id), other])),

    unblock: (id: string, other: string) =>
      blocked.set(id, new Set([...blockedBy(id)].filter((one) => one !== other))),

    reset,
  }
}

const ownFields = {
  online: true,
  banned: false,
  invisible: false,
  language: '',
  devices: [],
  mutes: [],
  channel_mutes: [],
  unread_threads: 0,
}
