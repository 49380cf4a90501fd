import {
  attempt,
  isErrorObject,
  isObject,
  isPlainObject,
  kindOf,
  ownData,
  textOf,
} from './reading.js'
import { redactTokens } from './redactTokens.js'

/** Most values in a copy: more than the interesting part of an HTTP client's error has. */
const maxValues = 500
/** Most values in one list or object. */
const maxEntries = 50
/** Deepest nesting: errors of HTTP clients go down to error, response, config, headers, value. */
const maxDepth = 5
/** Most characters in a copy: four texts of the greatest length. */
const maxCharacters = 32_768

/** Placeholder for everything beyond these bounds. */
const more = '…'

/**
 * Copies a thrown or logged value without its tokens. Texts are redacted. Errors, plain objects and lists
 * are rebuilt from their own data. Any other object becomes its class name, such as `[Request]`. Getters
 * are not called. The copy is bounded in depth, number of values and length.
 */
export function redactCause(value: unknown): unknown {
  if (value === undefined) return undefined
  const pending: (() => void)[] = []
  const seen = new Set<object>()
  let valuesLeft = maxValues
  let charactersLeft = maxCharacters

  const copied = copy(value, 0)
  // Breadth first: `pending` grows meanwhile, and the upper levels use up the bounds first.
  for (const fill of pending) attempt(fill, undefined)
  return copied

  function copy(original: unknown, depth: number): unknown {
    if (valuesLeft === 0) return more
    valuesLeft--
    if (typeof original === 'string') return copyText(original)
    if (typeof original === 'number' || typeof original === 'boolean') return original
    // `typeof document.all` is `undefined` too.
    if (typeof original === 'undefined') return undefined
    if (original === null) return null
    if (!isObject(original)) return `[${typeof original}]`
    return attempt(() => copyObject(original, depth), '[object]')
  }

  function copyText(text: string): string {
    const redacted = redactTokens(text)
    if (redacted.length > charactersLeft) return more
    charactersLeft -= redacted.length
    return redacted
  }

  function copyObject(original: object, depth: number): unknown {
    if (seen.has(original)) return '[repeated]'
    seen.add(original)
    const isList = Array.isArray(original)
    const isError = !isList && isErrorObject(original)
    const isKept = isList || isError || isPlainObject(original)
    if (!isKept || depth === maxDepth) return `[${kindOf(original)}]`
    const target = isList ? [] : isError ? copyError(original) : {}
    const keys = isList ? indexesOf(original) : Reflect.ownKeys(original)
    pending.push(() => {
      for (const key of keys.slice(0, maxEntries)) copyField(original, key, target, depth)
      if (keys.length > maxEntries) define(target, isList ? String(maxEntries) : more, more)
    })
    return target
  }

  function copyError(original: object): Error {
    const [name, message, stack] = (['name', 'message', 'stack'] as const).map((key) =>
      copyText(attempt(() => textOf(original, key), '')),
    )
    const target = new Error(message)
    define(target, 'name', name, false)
    // Replaces the copy's own stack, which would point to this line.
    define(target, 'stack', stack || `${name}: ${message}`, false)
    return target
  }

  function copyField(original: object, key: PropertyKey, target: object, depth: number): void {
    if (typeof key === 'symbol') return
    const descriptor = attempt(() => Object.getOwnPropertyDescriptor(original, key), unreadable)
    const isMeant = descriptor?.enumerable || (target instanceof Error && ofErrors.includes(key))
    if (!descriptor || !isMeant) return
    const safeKey = Array.isArray(target) ? String(key) : copyText(String(key))
    // Skips inherited names: a `toString` that is no function would break code that prints the copy.
    if (safeKey in target) return
    const value = 'value' in descriptor ? copy(descriptor.value, depth + 1) : '[getter]'
    define(target, safeKey, value, descriptor.enumerable)
  }
}

/** Fields of an error that the language makes non-enumerable. */
const ofErrors: readonly unknown[] = ['cause', 'errors']

/** Stands in for a descriptor that cannot be read: the field then shows as a getter. */
const unreadable: PropertyDescriptor = { enumerable: true }

/** Indexes of a list that are kept, and one more if the list is longer. */
function indexesOf(list: object): string[] {
  const length = Math.min(Number(ownData(list, 'length')), maxEntries + 1)
  return Array.from({ length }, (_, index) => String(index))
}

function define(target: object, key: string, value: unknown, enumerable = true): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true })
}
