/** Whether `value` is an object, but not a function. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Returns the result of `look`, or `otherwise` if it throws, as getters and proxies of foreign values may. */
export function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch {
    return otherwise
  }
}

/** Value of an own field; undefined if it is missing or a getter. */
export function ownData(owner: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(owner, key)?.value
}

/** Prototypes of `value`, at most 16: more than any class of a platform has. */
function* prototypesOf(value: object): Generator<object> {
  let prototype = Object.getPrototypeOf(value) as object | null
  for (let i = 0; prototype && i < 16; i++) {
    yield prototype
    prototype = Object.getPrototypeOf(prototype) as object | null
  }
}

/** Whether `value` is an `Error` of this or another realm, such as a frame or `node:vm`. */
export function isErrorObject(value: object): boolean {
  for (const prototype of prototypesOf(value)) {
    if (ownData(prototype, 'name') === 'Error' && ownData(prototype, 'message') === '') return true
  }
  return false
}

/** Whether `value` is a plain object, of this or another realm. */
export function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty')
}

/** Name of the class of `value`; `object` if it has no simple name. */
export function kindOf(value: object): string {
  const [prototype] = prototypesOf(value)
  const constructor = prototype && ownData(prototype, 'constructor')
  const name = typeof constructor === 'function' ? ownData(constructor, 'name') : undefined
  return typeof name === 'string' && /^[a-z_$][\w$]{0,49}$/i.test(name) ? name : 'object'
}

/**
 * Text in field `key` of an error, own or inherited; empty if there is none. Calls only the platform's
 * getters: those of `DOMException`, and `stack`, which is a getter in some engines.
 */
export function textOf(error: object, key: 'name' | 'message' | 'remedy' | 'stack'): string {
  for (const owner of [error, ...prototypesOf(error)]) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, key)
    if (!descriptor) continue
    const isOfPlatform = key === 'stack' || kindOf(error) === 'DOMException'
    const value: unknown = isOfPlatform ? Reflect.get(error, key) : descriptor.value
    return typeof value === 'string' ? value : ''
  }
  return ''
}
