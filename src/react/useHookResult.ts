'use client'
import { useInsertionEffect, useState, useSyncExternalStore } from 'react'
import { useChatAuthContext } from './context.js'
import { addReader, removeReader } from './readerHub.js'
import {
  createReader,
  getFirstVersion,
  noteCommit,
  renderIfOutdated,
  resultOf,
  setCallbacks,
  type HookResult,
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
