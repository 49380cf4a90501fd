/** User as given to the backend: an id and further fields. */
export interface BackendUser {
  id: string
  name?: string
  [field: string]: unknown
}

/** User as sent on the wire. */
export interface WireUser extends BackendUser {
  role: 'user' | 'guest' | 'anonymous'
  online: boolean
  created_at: string
  updated_at: string
}

/** Id shared by all anonymous visitors. */
export const anonymousId = '!anon'

/** Whether an id is a guest's; the id alone tells, so that guests survive a restart. */
export const isGuestId = (id: string) => /^guest-[0-9a-f-]{36}-/.test(id)

/** Fields that only the backend sets, whatever a client sends. */
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
  /** Users that each user has blocked. */
  const blocked = new Map<string, ReadonlySet<string>>()

  /** Creates or updates a user; fields that are left out stay. */
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

    /** Builds the `me` of a socket's first frame, with the user's private fields. */
    own: (id: string) => ({ ...get(id), ...ownFields, blocked_user_ids: [...blockedBy(id)] }),

    /** Creates a guest under a new id; two guests with the same wanted id are two users. */
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
