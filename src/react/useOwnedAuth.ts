'use client'
import { useEffect, useInsertionEffect, useState } from 'react'
import { assertTokenProvider, type ChatAuth, type ChatAuthOptions } from '../core/options.js'
import { createOwnedAuth } from './ownedAuth.js'

/** The provider's own handle: one for each `connector.id`, whatever else of the props changes. */
export function useOwnedAuth<Client>(options: ChatAuthOptions<Client>): ChatAuth<Client> {
  if (options.tokenProvider !== undefined) assertTokenProvider(options.tokenProvider)
  const [owned, setOwned] = useState(() => createOwnedAuth(options))

  // Without a connector, making one throws and says so.
  if (owned.connectorId !== options.connector?.id) setOwned(createOwnedAuth(options))

  // An insertion effect runs before any layout or passive effect that could make core call back.
  useInsertionEffect(() => owned.update(options))

  useEffect(() => {
    // Hidden by <Activity> for longer than a task, then shown again: the state survived, the handle
    // did not.
    if (owned.isDisposed()) {
      setOwned(createOwnedAuth(options))
      return
    }
    return owned.retain()
    // `options` is only for the rare case above; listing it would let go at every render.
    // eslint-disable-next-line react/exhaustive-deps
  }, [owned])

  return owned.auth
}
