import { asJson, type Json } from './json.js'
import { ApiError } from './wire.js'

type Test = (values: readonly unknown[], wanted: unknown) => boolean

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

const compares =
  (isFitting: (order: number) => boolean): Test =>
  (values, wanted) =>
    values.some((value) => value != null && isFitting(order(value, wanted)))

/** Filter operators. A field may have several values, such as members; one match is enough. */
const tests: Readonly<Record<string, Test>> = {
  $eq: (values, wanted) => listOf(wanted).some((one) => values.includes(one)),
  $ne: (values, wanted) => !values.includes(wanted),
  $in: (values, wanted) => listOf(wanted).some((one) => values.includes(one)),
  $nin: (values, wanted) => !listOf(wanted).some((one) => values.includes(one)),
  $gt: compares((order) => order > 0),
  $gte: compares((order) => order >= 0),
  $lt: compares((order) => order < 0),
  $lte: compares((order) => order <= 0),
  $exists: (values, wanted) => values.some((value) => value != null) === wanted,
  $contains: (values, wanted) => values.includes(wanted),
  $autocomplete: (values, wanted) =>
    values.some((value) => String(value).toLowerCase().includes(String(wanted).toLowerCase())),
}

/** Whether a record matches a query's filter. */
export function matchesFilter(record: Json, filter: Json): boolean {
  return Object.entries(filter).every(([field, condition]) => {
    if (field === '$and')
      return listOf(condition).every((one) => matchesFilter(record, asJson(one)))
    if (field === '$or') return listOf(condition).some((one) => matchesFilter(record, asJson(one)))
    if (field === '$nor')
      return !listOf(condition).some((one) => matchesFilter(record, asJson(one)))
    return meets(listOf(record[field]), condition)
  })
}

function meets(values: readonly unknown[], condition: unknown): boolean {
  const operators = Object.entries(asJson(condition))
  // A bare value means equality.
  if (operators.length === 0) return tests['$eq']!(values, condition)
  return operators.every(([operator, wanted]) => {
    const test = tests[operator]
    if (!test) throw new ApiError(4, `unknown operator ${operator} in the filter`)
    return test(values, wanted)
  })
}

/** Sorts items by a query's `[{ field, direction }]`; equal items keep their order. */
export function sortBy<T>(items: readonly T[], sort: unknown, recordOf: (item: T) => Json): T[] {
  const rules = (Array.isArray(sort) ? sort : []).map(asJson)
  return [...items].sort((a, b) => {
    for (const { field, direction } of rules) {
      const x = recordOf(a)[String(field)]
      const y = recordOf(b)[String(field)]
      // Missing values come last in both directions.
      if (x == null || y == null) {
        if (x !== y && (x == null) !== (y == null)) return x == null ? 1 : -1
        continue
      }
      const result = order(x, y)
      if (result !== 0) return direction === -1 ? -result : result
    }
    return 0
  })
}

function order(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  // Instants are ISO 8601 strings, which sort chronologically.
  const [x, y] = [String(a), String(b)]
  return x < y ? -1 : x > y ? 1 : 0
}
