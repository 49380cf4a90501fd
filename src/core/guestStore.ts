import type { ChatUser } from './types.js'

/**
 * Where a guest is kept: the part of the Web Storage API that is needed, which may also be
 * asynchronous. What it throws, or a value it does not have, means "not stored".
 */
export interface GuestStorage {
  getItem(key: string): string | null | Promise<string | null>
  setItem(key: string, value: string): void | Promise<void>
  removeItem(key: string): void | Promise<void>
}

/** A guest as the backend made them, with the token that is theirs for good. */
export interface StoredGuest {
  readonly user: ChatUser
  readonly token: string
}

/** Keeps one guest of one app on one backend. */
export interface GuestStore {
  read(): Promise<StoredGuest | null | undefined>
  write(guest: StoredGuest): Promise<void>
  forget(): Promise<void>
}

export function createGuestStore(storage: GuestStorage | null, connectorId: string): GuestStore {
  const key = `react-chat-auth guest ${connectorId}`

  /** Blocked, full and private storages throw; a guest who is not kept is no reason to fail. */
  async function attempt<T>(act: (storage: GuestStorage) => T | Promise<T>) {
    try {
      return storage && (await act(storage))
    } catch {
      // As if nothing were there.
    }
  }

  return {
    read: () => attempt(async (storage) => parseGuest(await storage.getItem(key))),
    async write(guest) {
      await attempt((storage) => storage.setItem(key, JSON.stringify(guest)))
    },
    async forget() {
      await attempt((storage) => storage.removeItem(key))
    },
  }
}

function parseGuest(text: string | null): StoredGuest | null {
  const { user, token } = JSON.parse(String(text)) ?? {}
  return typeof user?.id === 'string' && typeof token === 'string' ? { user, token } : null
}
