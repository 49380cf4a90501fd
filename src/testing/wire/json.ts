/** What came over the wire, before anyone looked at it. */
export type Json = Readonly<Record<string, unknown>>

/** Nothing, rather than a failure, where an object was expected. */
export function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

/** The texts among what should be a list of texts. */
export function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The fields that are not in `names`: those are the backend's to decide, whatever a client sends. */
export function without(names: ReadonlySet<string>, fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)))
}
