import { useSyncExternalStore } from 'react'

/** Stands for the app's own session: it survives a reload, and all tabs share it. */
const read = () => localStorage.getItem('account')
const listeners = new Set<() => void>()

export function setAccount(userId: string | null) {
  if (userId) localStorage.setItem('account', userId)
  else localStorage.removeItem('account')
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

export const useAccount = () => useSyncExternalStore(subscribe, read)
