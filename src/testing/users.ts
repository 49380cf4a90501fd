/** A user as the backend is given them: an id, and whatever else they say of themselves. */
export interface BackendUser {
  id: string
  name?: string
  [field: string]: unknown
}

/** A user as the wire has them. */
export interface WireUser extends BackendUser {
  role: 'user' | 'guest' | 'anonymous'
  created_at: string
  updated_at: string
}

/** Every anonymous visitor is the same one to the backend. */
export const anonymousId = '!anon'

/** Guests are known by their id, so that one who comes back after a restart is still a guest. */
export const isGuestId = (id: string) => /^guest-[0-9a-f-]{36}-/.test(id)

/** What the backend alone decides, whatever a client sends. */
const decidedHere = new Set(['id', 'role', 'anon', 'online', 'banned', 'created_at', 'updated_at'])

export type Users = ReturnType<typeof createUsers>

export function createUsers(initial: readonly BackendUser[], now: () => number) {
  const users = new Map<string, WireUser>()

  /** Makes or updates a user; what they do not mention stays. */
  function upsert({ id, ...fields }: BackendUser): WireUser {
    const at = new Date(now()).toISOString()
    const before = users.get(id)
    const user: WireUser = {
      created_at: at,
      ...before,
      ...Object.fromEntries(Object.entries(fields).filter(([name]) => !decidedHere.has(name))),
      id,
      role: id === anonymousId ? 'anonymous' : isGuestId(id) ? 'guest' : 'user',
      updated_at: at,
    }
    users.set(id, user)
    return user
  }

  const reset = () => {
    users.clear()
    for (const user of initial) upsert(user)
  }
  reset()

  return {
    upsert,
    get: (id: string) => users.get(id) ?? upsert({ id }),
    list: () => [...users.values()].filter((user) => user.id !== anonymousId),

    /** The server decides who a guest is: two of the same name are two people. */
    createGuest: (wanted: BackendUser) =>
      upsert({ ...wanted, id: `guest-${crypto.randomUUID()}-${wanted.id}` }),

    reset,
  }
}

/** The `me` of a socket's first frame: what only the user themselves may see. */
export function ownUser(user: WireUser) {
  return {
    ...user,
    online: true,
    banned: false,
    invisible: false,
    language: '',
    devices: [],
    mutes: [],
    channel_mutes: [],
    blocked_user_ids: [],
    unread_count: 0,
    unread_channels: 0,
    unread_threads: 0,
    total_unread_count: 0,
  }
}
