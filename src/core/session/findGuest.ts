import type { Environment } from '../environment.js'
import { ChatAuthError, isChatAuthError, type ChatAuthErrorCode } from '../errors.js'
import type { GuestStore, StoredGuest } from './guestStore.js'
import type { Life } from '../life.js'
import type { Connector } from '../connector.js'
import type { ChatUser } from '../types.js'

export interface FindGuestOptions {
  readonly life: Life
  readonly guests: GuestStore
  readonly connector: Pick<Connector, 'createGuest'>
  readonly environment: Environment
}

/** Codes of a backend that does not create guests for this app. */
const guestsDisabledCodes = new Set<ChatAuthErrorCode>(['not-allowed', 'authentication-failed'])

/** Returns the guest that is kept, or else has the backend create one from `user`. */
export async function findGuest(user: ChatUser, options: FindGuestOptions): Promise<StoredGuest> {
  const kept = await options.guests.read()
  options.life.ensureAlive()
  return kept ?? makeGuest(user, options)
}

async function makeGuest(
  user: ChatUser,
  { life, guests, connector, environment }: FindGuestOptions,
): Promise<StoredGuest> {
  try {
    const guest = await connector.createGuest(user, { environment, signal: life.signal })
    // guest requested → log-out forgets the kept one → guest created: without this, this one is kept.
    life.ensureAlive()
    // Not awaited, because a storage may be slow.
    void guests.write(guest)
    return guest
  } catch (error) {
    life.ensureAlive()
    const isDisabled = isChatAuthError(error) && guestsDisabledCodes.has(error.code)
    throw isDisabled ? new ChatAuthError('guests-disabled', { cause: error }) : error
  }
}

/** Errors over the token, which become `guest-refused` for a guest: a guest has no other token. */
const refusedCodes = new Set<ChatAuthErrorCode>([
  'token-expired',
  'token-refused',
  'token-signature-invalid',
  'authentication-failed',
])

/** The failure of a guest's session: a refused token of theirs means that the guest is. */
export function ofGuest(error: ChatAuthError): ChatAuthError {
  return refusedCodes.has(error.code) ? new ChatAuthError('guest-refused', { cause: error }) : error
}
