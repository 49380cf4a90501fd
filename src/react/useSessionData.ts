'use client'
import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useInsertionEffect, useState } from 'react'
import type { ChatAuth } from '../core/options.js'
import { createSessionData, type SessionData } from './sessionData.js'

/** The provider's own store of what its sessions know. */
export function useSessionData(auth: ChatAuth, app: QueryClient): SessionData {
  const [sessionData] = useState(() => createSessionData(app))

  // An insertion effect, because its subscription comes before that of any component: the old session's
  // data is gone before one of them is told of the next. It also stays while <Activity> hides the rest.
  useInsertionEffect(() => sessionData.follow(auth), [sessionData, auth])
  useEffect(() => sessionData.retain(), [sessionData])

  return sessionData
}
