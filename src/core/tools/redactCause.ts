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

/** Values in all: more than an error of an HTTP client holds where a reader would look. */
const maxValues = 500
/** Values of one list or object. */
const maxEntries = 50
/** As far as HTTP clients nest what they sent: error, response, config, headers, value. */
const maxDepth = 5
/** Characters in all: four texts of the longest kind. */
const maxCharacters = 32_768

/** What stands for everything beyond these bounds. */
const more = '…'

/**
 * A copy of what was thrown or logged that holds no token. Texts are redacted; errors, plain objects and
 * lists are rebuilt from their own data; everything else becomes its name, such as `[Request]`. Getters
 * are not called. The copy is bounded in depth, number and length, whatever the original is.
 */
export function redactCause(value: unknown): unknown {
  if (value === undefined) return undefined
  const pending: (() => void)[] = []
  const seen = new Set<object>()
  let valuesLeft = maxValues
  let charactersLeft = maxCharacters

  const copied = copy(value, 0)
  // Breadth first, and the list grows meanwhile: what stands at the top is kept whatever lies below.
  for (const fill of pending) attempt(fill, undefined)
  return copied

  function copy(original: unknown, depth: number): unknown {
    if (valuesLeft === 0) return more
    valuesLeft--
    if (typeof original === 'string') return copyText(original)
    if (typeof original === 'number' || typeof original === 'boolean') return original
    // `document.all` is of this type too.
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
    // In place of its own, which would lead here.
    define(target, 'stack', stack || `${name}: ${message}`, false)
    return target
  }

  function copyField(original: object, key: PropertyKey, target: object, depth: number): void {
    if (typeof key === 'symbol') return
    const descriptor = attempt(() => Object.getOwnPropertyDescriptor(original, key), unreadable)
    const isMeant = descriptor?.enumerable || (target instanceof Error && ofErrors.includes(key))
    if (!descriptor || !isMeant) return
    const safeKey = Array.isArray(target) ? String(key) : copyText(String(key))
    // Inherited by the copy: a `toString` that is no function would break whatever shows it.
    if (safeKey in target) return
    const value = 'value' in descriptor ? copy(descriptor.value, depth + 1) : '[getter]'
    define(target, safeKey, value, descriptor.enumerable)
  }
}

/** Hidden in an error, by the language. */
const ofErrors: readonly unknown[] = ['cause', 'errors']

/** A field whose descriptor cannot be had, as if it were computed. */
const unreadable: PropertyDescriptor = { enumerable: true }

/** The indexes of a list, and one more if there are more than can be kept. */
function indexesOf(list: object): string[] {
  const length = Math.min(Number(ownData(list, 'length')), maxEntries + 1)
  return Array.from({ length }, (_, index) => String(index))
}

function define(target: object, key: string, value: unknown, enumerable = true): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true })
}
