/** Unchecked JSON object from the wire. */
export type Json = Readonly<Record<string, unknown>>

/** Returns an object as it is, and an empty object for anything else. */
export function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

/** Returns the strings of a list; empty for anything else. */
export function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Removes the fields in `names`, which only the backend sets. */
export function without(names: ReadonlySet<string>, fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)))
}
