import {
  readAction,
  readField,
  type ActionTools,
  type HookResult,
  type ReadField,
  type View,
} from './resultReader.js'

type ActionName<Result> = {
  [Name in keyof Result]-?: Result[Name] extends (...args: never[]) => unknown ? Name : never
}[keyof Result]

type Actions<Result> = {
  readonly [Name in ActionName<Result>]: (tools: ActionTools) => Result[Name]
}

type Fields<Result> = {
  readonly [Name in Exclude<keyof Result, ActionName<Result>>]: ReadField<Result[Name]>
}

/** Each field is a bit of an integer. */
const mostFields = 31

/**
 * Defines the result of a hook by its fields and its actions. A field is read when the component reads
 * it, and an action is made then. Spread, rest and `JSON.stringify` read all of them.
 */
export function defineHookResult<Result extends object>(
  hook: string,
  fields: Fields<Result>,
  actions: Actions<Result>,
): HookResult<Result> {
  const names = Object.keys(fields)
  if (names.length > mostFields) throw new RangeError(`${hook} has more than ${mostFields} fields.`)
  const fieldOf = new Map(names.map((name, index) => [name, index]))
  const known = new Set<string | symbol>([...names, ...Object.keys(actions)])

  function read(view: View, name: string | symbol): unknown {
    if (!known.has(name)) return Reflect.get(Object.prototype, name)
    const field = fieldOf.get(String(name))
    return field === undefined ? readAction(view.reader, String(name)) : readField(view, field)
  }

  // One handler for all components: accessors of each result's own would cost a closure a field.
  const handler: ProxyHandler<View> = {
    get: read,
    has: (_, name) => known.has(name) || name in Object.prototype,
    ownKeys: () => [...known],
    getOwnPropertyDescriptor: (view, name) =>
      known.has(name)
        ? { get: () => read(view, name), enumerable: true, configurable: true }
        : undefined,
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  }

  return {
    hook,
    fields: Object.values<ReadField>(fields),
    actions: actions as Readonly<Record<string, (tools: ActionTools) => unknown>>,
    // The handler answers by the names of `fields` and `actions`, whose types are those of `Result`.
    from: (view) => new Proxy(view, handler) as unknown as Result,
  }
}
