'use client'
import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useInsertionEffect, useState } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import { createSessionData, type SessionData } from './sessionData.js'

/** Returns the provider's own store of session data. */
export function useSessionData(auth: ChatAuth, app: QueryClient): SessionData {
  const [sessionData] = useState(() => createSessionData(app))

  // An insertion effect subscribes before any component does, so the old session's data is gone before a
  // component sees the next session. It also stays while <Activity> hides the tree.
  useInsertionEffect(() => sessionData.follow(auth), [sessionData, auth])
  useEffect(() => sessionData.retain(), [sessionData])

  return sessionData
}
