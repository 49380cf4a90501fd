/** A Blob of this or another realm. React Native's has no `arrayBuffer`. */
export interface BlobLike {
  readonly size: number
  readonly type: string
  readonly name?: string
  arrayBuffer(): Promise<ArrayBuffer>
}

/** The part of a Node stream that is used. */
export interface NodeStream {
  on(event: 'data', listener: (chunk: unknown) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  resume(): unknown
  destroy?(): unknown
  /** Of today's Node: whether something was read from it. */
  readonly readableDidRead?: boolean
  /** Of a form: its content type, with the boundary. */
  getHeaders?(): Record<string, string>
}

/** A form whose entries can be listed. */
export type FormLike = Iterable<[name: string, value: unknown]>

// Bodies are known by what they can do, not by their class: they may come from another realm, or be
// polyfills.

/** Whether `value` has this method. */
export function can(value: unknown, method: string | symbol): boolean {
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as Record<string | symbol, unknown>)[method] === 'function'
}

export function isWebStream(value: unknown): value is ReadableStream<unknown> {
  return can(value, 'getReader')
}

/** Old ones are not async iterable; `form-data`, which `stream-chat` uploads with in Node, is one. */
export function isNodeStream(value: unknown): value is NodeStream {
  return can(value, 'pipe') && can(value, 'on') && can(value, 'resume')
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return can(value, Symbol.asyncIterator)
}

export function isBlobLike(value: unknown): value is BlobLike {
  const { size, type } = (value ?? {}) as Partial<BlobLike>
  return typeof size === 'number' && typeof type === 'string' && can(value, 'slice')
}

/** Whether it is text to the platform, as `a=1&b=2`: a form says "[object FormData]". */
export function isSearchParams(value: unknown): value is URLSearchParams {
  return can(value, 'append') && !String(value).startsWith('[object ')
}

/** React Native's cannot be listed, even where a polyfill says so: its files are no Blobs. */
export function isFormLike(value: unknown): value is FormLike {
  const isForm = can(value, 'append') && can(value, 'getAll') && can(value, Symbol.iterator)
  return isForm && !isNativeForm(value)
}

/** React Native's form, which its `fetch` writes out anew for each sending. */
export function isNativeForm(value: unknown): boolean {
  return can(value, 'append') && can(value, 'getParts')
}

/** A copy of the bytes that a buffer or a view shows; null of anything else. */
export function copyBytes(value: unknown): ArrayBuffer | null {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer
  }
  const { byteLength } = (value ?? {}) as Partial<ArrayBuffer>
  if (typeof byteLength !== 'number' || !can(value, 'slice')) return null
  return new Uint8Array(value as ArrayBuffer).slice().buffer
}
