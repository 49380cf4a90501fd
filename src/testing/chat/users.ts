import { createInstants } from '../controls/instants.js'
import { ApiError } from '../wire/wire.js'

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

/** Device that push notifications of a user go to. */
export interface WireDevice {
  readonly id: string
  readonly push_provider: string
  readonly push_provider_name?: string
  readonly user_id: string
  readonly created_at: string
}

/** Mute as stored: whom a user does not want to hear from. */
interface StoredMute {
  readonly targetId: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAtMs: number
}

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
  const devices = new Map<string, readonly WireDevice[]>()
  const muted = new Map<string, readonly StoredMute[]>()
  /** Clients tell the newer of two records by its instant. */
  const instant = createInstants(now)

  /** Creates or updates a user; fields that are left out stay. */
  function upsert({ id, ...fields }: BackendUser): WireUser {
    const given = Object.entries(fields).filter(([name]) => !decidedHere.has(name))
    return write(id, { ...users.get(id), ...Object.fromEntries(given) })
  }

  /** Stores a user's fields; a record that is equal to the one before stays as it is. */
  function write(id: string, fields: Partial<WireUser>): WireUser {
    const before = users.get(id)
    if (before && JSON.stringify(before) === JSON.stringify(fields)) return before
    const at = instant()
    const user: WireUser = {
      created_at: at,
      online: false,
      ...fields,
      id,
      role: id === anonymousId ? 'anonymous' : isGuestId(id) ? 'guest' : 'user',
      updated_at: at,
    }
    users.set(id, user)
    return user
  }

  /** @throws ApiError 4 for a field that is not the client's, or of the wrong type */
  function checkFields(set: Readonly<Record<string, unknown>>, unset: readonly string[]) {
    const reserved = [...Object.keys(set), ...unset].find((name) => decidedHere.has(name))
    if (reserved !== undefined) throw refusedField(`${reserved} is a reserved field`)
    for (const name of ['name', 'image']) {
      if (name in set && typeof set[name] !== 'string') {
        throw refusedField(`${name} must be a string`)
      }
    }
  }

  const get = (id: string) => users.get(id) ?? upsert({ id })

  const devicesOf = (id: string) => devices.get(id) ?? []

  const blockedBy = (id: string) => blocked.get(id) ?? new Set<string>()

  /** Mutes that have not run out. */
  const liveMutes = (id: string) =>
    (muted.get(id) ?? []).filter(({ expiresAtMs }) => expiresAtMs > now())

  const mutesOf = (id: string) =>
    liveMutes(id).map(({ targetId, createdAt, updatedAt, expiresAtMs }) => ({
      user: get(id),
      target: get(targetId),
      created_at: createdAt,
      updated_at: updatedAt,
      ...(expiresAtMs === Infinity ? {} : { expires: new Date(expiresAtMs).toISOString() }),
    }))

  const reset = () => {
    users.clear()
    muted.clear()
    blocked.clear()
    devices.clear()
    for (const user of initial) upsert(user)
  }
  reset()

  return {
    upsert,
    get,
    has: (id: string) => users.has(id),
    list: () => [...users.values()].filter((user) => user.id !== anonymousId),

    /** Builds the `me` of a socket's first frame, with the user's private fields. */
    own: (id: string) => ({
      ...get(id),
      ...ownFields,
      devices: devicesOf(id),
      mutes: mutesOf(id),
      blocked_user_ids: [...blockedBy(id)],
    }),

    /** Changes some fields of a user, and removes others. */
    update(id: string, set: Readonly<Record<string, unknown>>, unset: readonly string[]): WireUser {
      checkFields(set, unset)
      const fields = Object.entries({ ...get(id), ...set })
      return write(id, Object.fromEntries(fields.filter(([name]) => !unset.includes(name))))
    },

    devicesOf,

    addDevice(userId: string, device: Omit<WireDevice, 'user_id' | 'created_at'>) {
      const others = devicesOf(userId).filter(({ id }) => id !== device.id)
      devices.set(userId, [...others, { ...device, user_id: userId, created_at: instant() }])
    },

    removeDevice: (userId: string, id: string) =>
      devices.set(
        userId,
        devicesOf(userId).filter((device) => device.id !== id),
      ),

    /** Creates a guest under a new id; two guests with the same wanted id are two users. */
    createGuest: (wanted: BackendUser) =>
      upsert({ ...wanted, id: `guest-${crypto.randomUUID()}-${wanted.id}` }),

    setOnline: (id: string, online: boolean) =>
      users.set(id, { ...get(id), online, last_active: new Date(now()).toISOString() }),

    block: (id: string, other: string) => blocked.set(id, new Set([...blockedBy(id), other])),

    unblock: (id: string, other: string) =>
      blocked.set(id, new Set([...blockedBy(id)].filter((one) => one !== other))),

    mutesOf,

    /** @param lifeMs milliseconds after which the mute runs out, or `Infinity` */
    mute(id: string, targetId: string, lifeMs: number) {
      const at = instant()
      const before = liveMutes(id).find((mute) => mute.targetId === targetId)
      const others = liveMutes(id).filter((mute) => mute !== before)
      const createdAt = before?.createdAt ?? at
      const mute = { targetId, createdAt, updatedAt: at, expiresAtMs: now() + lifeMs }
      muted.set(id, [...others, mute])
    },

    unmute: (id: string, targetId: string) =>
      muted.set(
        id,
        liveMutes(id).filter((mute) => mute.targetId !== targetId),
      ),

    reset,
  }
}

const ownFields = {
  online: true,
  banned: false,
  invisible: false,
  language: '',
  channel_mutes: [],
  unread_threads: 0,
}

const refusedField = (why: string) =>
  new ApiError(4, `UpdateUsersPartial failed with error: "${why}"`)
