import { useSyncExternalStore } from 'react'

/** Stands for the app's own session: it survives a reload, and all tabs share it. */
const account = {
  get: () => localStorage.getItem('account'),
  listeners: new Set<() => void>(),
  set(userId: string | null) {
    if (userId) localStorage.setItem('account', userId)
    else localStorage.removeItem('account')
    for (const listener of account.listeners) listener()
  },
}

function subscribe(listener: () => void) {
  account.listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    account.listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

export const useAccount = () => useSyncExternalStore(subscribe, account.get)
export const setAccount = account.set
