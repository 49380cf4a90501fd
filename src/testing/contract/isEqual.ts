/** Whether two values are deeply equal; a property that is `undefined` counts as missing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (a instanceof Date) return a.getTime() === (b as unknown as Date).getTime()
  if (a instanceof Set) return isEqualSet(a, b as unknown as Set<unknown>)
  if (Array.isArray(a) && a.length !== (b as unknown as unknown[]).length) return false
  const names = new Set([...namesIn(a), ...namesIn(b)])
  return [...names].every((name) => isEqual(a[name], b[name]))
}

/** Whether a value has all that is expected of it, whatever it has besides; lists are of one length. */
export function matches(actual: unknown, expected: unknown): boolean {
  if (!isObject(expected) || !isObject(actual)) return isEqual(actual, expected)
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false
  } else if (!isPlain(expected)) return isEqual(actual, expected)
  return Object.keys(expected).every((name) => matches(actual[name], expected[name]))
}

/** A value as a failure shows it. */
export function show(value: unknown): string {
  if (value instanceof RegExp) return String(value)
  if (value instanceof Set) return `a set of ${show([...(value as Set<unknown>)])}`
  try {
    const json = JSON.stringify(value, (_, inner: unknown) =>
      inner instanceof Error
        ? Object.assign({ name: inner.name, message: inner.message }, inner)
        : inner,
    )
    return (json ?? String(value)).slice(0, longestText)
  } catch {
    return String(value)
  }
}

/** How many characters of a value a failure shows. */
const longestText = 2000

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function namesIn(value: Fields): string[] {
  return Object.keys(value).filter((name) => value[name] !== undefined)
}

function isEqualSet(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean {
  return a.size === b.size && [...a].every((item) => [...b].some((other) => isEqual(item, other)))
}
