'use client'
import { useEffect, useInsertionEffect, useState } from 'react'
import { assertTokens, type ChatAuthOptions } from '../core/options.js'
import type { ChatAuth } from '../core/chatAuth.js'
import type { Environment } from '../core/environment.js'
import { createOwnedAuth } from './ownedAuth.js'

/** Returns the provider's own handle, one for each `connector.id`; other props do not replace it. */
export function useOwnedAuth<Client>(
  options: ChatAuthOptions<Client>,
  createEnvironment: () => Environment,
): ChatAuth<Client> {
  if (options.tokenProvider !== undefined) assertTokens(options.tokenProvider)
  const create = () => createOwnedAuth(options, createEnvironment())
  const [owned, setOwned] = useState(create)

  // Without a connector, `createOwnedAuth` throws and names the option.
  if (owned.connectorId !== options.connector?.id) setOwned(create)

  // An insertion effect runs before every effect that could make core call a callback.
  useInsertionEffect(() => owned.update(options))

  useEffect(() => {
    // <Activity> hides the tree for more than a task → shows it: the state survives, the handle does not.
    if (owned.isDisposed()) {
      setOwned(createOwnedAuth(options, createEnvironment(), owned.hidden()))
      return
    }
    return owned.retain()
    // `options` is needed only in the case above; listing it would release the handle at every render.
    // eslint-disable-next-line react/exhaustive-deps
  }, [owned])

  return owned.auth
}
