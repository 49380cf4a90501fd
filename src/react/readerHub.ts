import type { ChatAuth } from '../core/chatAuth.js'
import { renderIfOutdated, type Reader } from './resultReader.js'

interface Hub {
  readonly readers: Set<Reader>
  /** Unsubscribes from the handle; null while there are no readers. */
  stop: (() => void) | null
}

/** One subscription of a handle serves all of its readers, of which there may be thousands. */
const hubs = new WeakMap<ChatAuth, Hub>()

/** Tells a reader of each change from now on. */
export function addReader(reader: Reader): void {
  const { auth } = reader.context
  const hub = hubs.get(auth) ?? { readers: new Set<Reader>(), stop: null }
  hubs.set(auth, hub)
  hub.readers.add(reader)
  hub.stop ??= auth.subscribe(() => {
    for (const each of hub.readers) tell(each)
  })
}

export function removeReader(reader: Reader): void {
  const hub = hubs.get(reader.context.auth)
  hub?.readers.delete(reader)
  if (hub?.readers.size !== 0) return
  hub.stop?.()
  hub.stop = null
}

function tell(reader: Reader): void {
  if (reader.listener) reader.listener()
  // <Activity> has removed React's own subscription.
  else renderIfOutdated(reader)
}
