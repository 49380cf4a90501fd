/** Whether `value` is an object; functions are not. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Runs what looks at a stranger's value: getters, traps and revoked proxies may throw there. */
export function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch {
    return otherwise
  }
}

/** An own field's value; undefined for what is not there or would have to be computed. */
export function ownData(owner: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(owner, key)?.value
}

/** The objects that `value` inherits from, as many as any class of a platform has. */
function* prototypesOf(value: object): Generator<object> {
  let prototype = Object.getPrototypeOf(value) as object | null
  for (let i = 0; prototype && i < 16; i++) {
    yield prototype
    prototype = Object.getPrototypeOf(prototype) as object | null
  }
}

/** Whether `value` is an error of this realm or of another, such as a frame's or that of `node:vm`. */
export function isErrorObject(value: object): boolean {
  for (const prototype of prototypesOf(value)) {
    if (ownData(prototype, 'name') === 'Error' && ownData(prototype, 'message') === '') return true
  }
  return false
}

/** Whether `value` has no class, in this realm or in another. */
export function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty')
}

/** The name of the class of `value`, if it has a simple one. */
export function kindOf(value: object): string {
  const [prototype] = prototypesOf(value)
  const constructor = prototype && ownData(prototype, 'constructor')
  const name = typeof constructor === 'function' ? ownData(constructor, 'name') : undefined
  return typeof name === 'string' && /^[a-z_$][\w$]{0,49}$/i.test(name) ? name : 'object'
}

/**
 * The text that an error has under `key`, its own or inherited; empty if there is none. Calls getters of
 * the platform only: of `stack`, which is one in some engines, and of `DOMException`.
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
