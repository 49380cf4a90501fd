import type { ChatAuth } from '../core/chatAuth.js'
import { disconnected, type ChatAuthState } from '../core/state.js'
import { takeUser } from '../core/tools/takeUser.js'
import type { ChatUser, ChatUserInput } from '../core/types.js'
import { sessionIdOf } from './chatSession.js'
import type { ChatAuthContextValue } from './context.js'
import {
  createActionRunner,
  noAction,
  type ActionRunner,
  type SessionAction,
  type SessionActionCallbacks,
  type SessionActionFields,
} from './sessionAction.js'

/** Reads a field of a hook's result. Equal values must be the same object. */
export type ReadField<Value = unknown> = (
  state: ChatAuthState,
  action: SessionActionFields,
) => Value

/** Tools of a hook's actions. */
export interface ActionTools {
  readonly auth: ChatAuth
  /** Wraps a started action in the hook's mutation. */
  run<T>(type: SessionAction['type'], started: Promise<T>, userId?: string | null): Promise<T>
  /**
   * Starts an action for a copy of this user, and wraps it.
   * @throws TypeError at once for a user with whom the action would reject
   */
  runFor<T>(
    type: SessionAction['type'],
    user: ChatUserInput,
    start: (user: ChatUser) => Promise<T>,
  ): Promise<T>
  reset(): void
}

/** A hook's result, defined once for all components. */
export interface HookResult<Result extends object> {
  /** Name of the hook, for errors. */
  readonly hook: string
  readonly fields: readonly ReadField[]
  readonly actions: Readonly<Record<string, (tools: ActionTools) => unknown>>
  /** Creates a result that reads from `view` whenever it is read. */
  from(view: View): Result
}

/** A result as rendered: its fields are those of one moment. */
export interface View {
  readonly reader: Reader
  state: ChatAuthState
  action: SessionActionFields
  result: object | null
}

/** Tools of a component's actions, created when it first reads one. */
interface Acting {
  readonly actions: Record<string, unknown>
  /** Created by the first action that is called. */
  runner: ActionRunner | null
  stopFollowing: (() => void) | null
}

/**
 * Store of one component's result. Thousands of components have one each, so it is a plain object with no
 * more closures than `useSyncExternalStore` requires.
 */
export interface Reader {
  readonly context: ChatAuthContextValue
  readonly definition: HookResult<object>
  readonly getVersion: () => number
  /** Replaced when a session has ended, so that React subscribes anew in the commit after that. */
  subscribe: (listener: () => void) => () => void
  callbacks: SessionActionCallbacks | undefined
  /** Fields read so far, a bit for each. What one render has read counts from then on. */
  read: number
  /** Number of the current view. React is given it in place of the result, which it would retain. */
  version: number
  /** The current view; null until it is rendered. */
  view: View | null
  acting: Acting | null
  /** React's listener; null before the component's effects, and while <Activity> hides it. */
  listener: (() => void) | null
  /** The version of the last commit; null before the first. */
  committed: number | null
  /** `subscribe` as of the last commit that has forgotten the session before. */
  subscribed: Reader['subscribe'] | null
  /** Renders the component again; null before the first commit. */
  renderWith: ((kept: { readonly reader: Reader }) => void) | null
}

/** Version that React is given on the server and at hydration. */
export const getFirstVersion = () => 0

export function createReader(
  context: ChatAuthContextValue,
  definition: HookResult<object>,
  callbacks: SessionActionCallbacks | undefined,
): Reader {
  const reader: Reader = {
    context,
    definition,
    getVersion: () => versionOf(reader),
    subscribe: (listener) => subscribe(reader, listener),
    callbacks,
    read: 0,
    // The server and hydration always render `disconnected`. If that is not the state, they render a
    // version of their own, which React then replaces.
    version: context.auth.getState().status === 'disconnected' ? getFirstVersion() : 1,
    view: null,
    acting: null,
    listener: null,
    committed: null,
    subscribed: null,
    renderWith: null,
  }
  return reader
}

/** Returns the result of a version: the same object until a field changes that was read. */
export function resultOf(reader: Reader, version: number): object {
  const { context, definition } = reader
  const isHydrating = version !== reader.version && version === getFirstVersion()
  const view: View = (isHydrating ? null : reader.view) ?? {
    reader,
    state: isHydrating ? disconnected : context.auth.getState(),
    action: isHydrating ? noAction : actionOf(reader),
    result: null,
  }
  if (!isHydrating) reader.view = view
  return (view.result ??= definition.from(view))
}

/**
 * Reads a field. A view answers all reads as of one moment, so that it never contradicts itself. What was
 * not read of the current view is as of now: a callback that reads it finds what is true, though the
 * component had no reason to render.
 */
export function readField(view: View, field: number): unknown {
  const { reader } = view
  if (view === reader.view) moveOn(view)
  reader.read |= 1 << field
  return reader.definition.fields[field]?.(view.state, view.action)
}

/** Returns an action, always the same function for a component. */
export function readAction(reader: Reader, name: string): unknown {
  reader.acting ??= { actions: {}, runner: null, stopFollowing: null }
  const { actions } = reader.acting
  return (actions[name] ??= reader.definition.actions[name]?.(toolsOf(reader, reader.acting)))
}

/** Moves a view on to the current moment; false if a field that was read is different then. */
function moveOn(view: View): boolean {
  const { reader } = view
  const { fields } = reader.definition
  const state = reader.context.auth.getState()
  const action = actionOf(reader)
  if (state === view.state && action === view.action) return true
  for (let field = 0; field < fields.length; field++) {
    if (!(reader.read & (1 << field))) continue
    const read = fields[field]
    if (!Object.is(read?.(view.state, view.action), read?.(state, action))) return false
  }
  view.state = state
  view.action = action
  return true
}

function versionOf(reader: Reader): number {
  if (!reader.view || moveOn(reader.view)) return reader.version
  const before = sessionIdOf(reader.view.state)
  if (before !== null && before !== sessionIdOf(reader.context.auth.getState())) {
    reader.subscribe = (listener) => subscribe(reader, listener)
  }
  reader.view = null
  return ++reader.version
}

function actionOf({ acting }: Reader): SessionActionFields {
  return acting?.runner?.read() ?? noAction
}

/** Subscribes React while the component is mounted and shown. */
function subscribe(reader: Reader, listener: () => void): () => void {
  reader.listener = listener
  if (reader.acting) followRunner(reader, reader.acting)
  if (isFirstAfterSession(reader)) renderAgain(reader)
  return () => {
    reader.listener = null
    reader.acting?.stopFollowing?.()
    if (reader.acting) reader.acting.stopFollowing = null
  }
}

/** Notes a commit. Called from an insertion effect, which runs in a hidden tree too. */
export function noteCommit(
  reader: Reader,
  version: number,
  renderWith: NonNullable<Reader['renderWith']>,
): void {
  reader.committed = version
  reader.renderWith = renderWith
  // Queued, because insertion effects must not set state. Nothing else renders a hidden tree again.
  if (!reader.listener && isFirstAfterSession(reader)) {
    void Promise.resolve().then(() => renderAgain(reader))
  }
}

/** Whether React keeps the last render of an ended session in reserve, which one more render replaces. */
function isFirstAfterSession(reader: Reader): boolean {
  const { subscribe: latest, subscribed } = reader
  reader.subscribed = latest
  return subscribed !== null && subscribed !== latest
}

/** Renders the component if a field that it has read is not as it was committed. */
export function renderIfOutdated(reader: Reader): void {
  if (versionOf(reader) !== reader.committed) renderAgain(reader)
}

function renderAgain(reader: Reader): void {
  reader.renderWith?.({ reader })
}

function toolsOf(reader: Reader, acting: Acting): ActionTools {
  const { auth, queryClient } = reader.context
  const run: ActionTools['run'] = (type, started, userId = null) => {
    acting.runner ??= createActionRunner(queryClient, reader.callbacks)
    followRunner(reader, acting)
    return acting.runner.run(started, { type, userId })
  }
  return {
    auth,
    run,
    runFor(type, user, start) {
      const copy = takeUser(user)
      return run(type, start(copy), copy.id)
    },
    reset: () => acting.runner?.reset(),
  }
}

function followRunner({ listener }: Reader, acting: Acting): void {
  if (acting.runner && listener) acting.stopFollowing ??= acting.runner.follow(listener)
}

export function setCallbacks(reader: Reader, callbacks: SessionActionCallbacks | undefined): void {
  if (callbacks === reader.callbacks) return
  reader.callbacks = callbacks
  reader.acting?.runner?.setCallbacks(callbacks)
}
