'use client'
import { useInsertionEffect, useState, useSyncExternalStore } from 'react'
import type { ChatAuth } from '../core/chatAuth.js'
import { useChatAuthContext } from './context.js'
import {
  createReader,
  getFirstVersion,
  noteCommit,
  renderIfOutdated,
  resultOf,
  setCallbacks,
  type HookResult,
  type Reader,
} from './resultReader.js'
import type { SessionActionCallbacks } from './sessionAction.js'
import { useEffectBeforePaint } from './useSessionPast.js'

/**
 * Returns a result that re-renders its component for those of its fields that the component reads. It is
 * the same object until one of them changes. Effects have no dependencies, whose arrays would cost more
 * memory in each component than running the effects does at its few renders.
 */
export function useHookResult<Result extends object>(
  definition: HookResult<Result>,
  callbacks: SessionActionCallbacks | undefined,
): Result {
  const context = useChatAuthContext(definition.hook)
  const [kept, keep] = useState(() => ({ reader: createReader(context, definition, callbacks) }))
  let { reader } = kept
  if (reader.context !== context) {
    reader = createReader(context, definition, callbacks)
    keep({ reader })
  }

  // Before `subscribe` is read, which is replaced with the version.
  reader.getVersion()
  const version = useSyncExternalStore(reader.subscribe, reader.getVersion, getFirstVersion)

  // <Activity> leaves insertion effects alone, and removes all others of a hidden tree.
  useInsertionEffect(() => {
    noteCommit(reader, version, keep)
    addReader(reader)
    return () => removeReader(reader)
  })
  useEffectBeforePaint(() => {
    setCallbacks(reader, callbacks)
    // user A → <Activity> hides the tree → user B → shows it: React paints before it compares the state,
    // so without this render A's page appears to B.
    renderIfOutdated(reader)
  })

  // The reader's results are those of its definition.
  return resultOf(reader, version) as Result
}

interface Hub {
  readonly readers: Set<Reader>
  /** Unsubscribes from the handle; null while there are no readers. */
  stop: (() => void) | null
}

/** One subscription of a handle serves all of its readers, of which there may be thousands. */
const hubs = new WeakMap<ChatAuth, Hub>()

/** Tells a reader of each change from now on. */
function addReader(reader: Reader): void {
  const { auth } = reader.context
  const hub = hubs.get(auth) ?? { readers: new Set<Reader>(), stop: null }
  hubs.set(auth, hub)
  hub.readers.add(reader)
  hub.stop ??= auth.subscribe(() => {
    for (const each of hub.readers) tell(each)
  })
}

function removeReader(reader: Reader): void {
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
