/** A Blob of this or another realm. React Native's Blob has no `arrayBuffer`. */
export interface BlobLike {
  readonly size: number
  readonly type: string
  readonly name?: string
  arrayBuffer(): Promise<ArrayBuffer>
}

/** The part of a Node stream that this library uses. */
export interface NodeStream {
  on(event: 'data', listener: (chunk: unknown) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  resume(): unknown
  destroy?(): unknown
  /** Whether the stream was read from; only current Node versions have this property. */
  readonly readableDidRead?: boolean
  /** Headers of a `form-data` form: its content type with the boundary. */
  getHeaders?(): Record<string, string>
}

/** React Native's form, whose files are no Blobs. */
export interface NativeForm {
  getParts(): readonly object[]
}

/** A form whose entries can be listed. */
export type FormLike = Iterable<[name: string, value: unknown]>

// Bodies are recognised by their methods, because `instanceof` fails for polyfills and other realms.

/** Whether `value` is an object with this method. */
export function can(value: unknown, method: string | symbol): boolean {
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as Record<string | symbol, unknown>)[method] === 'function'
}

export function isWebStream(value: unknown): value is ReadableStream<unknown> {
  return can(value, 'getReader')
}

/**
 * Whether `value` is a Node stream, including old-style streams that are not async iterable.
 * `form-data`, with which `stream-chat` uploads in Node, is such a stream.
 */
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

/** Whether `value` turns into text such as `a=1&b=2`; a form turns into "[object FormData]". */
export function isSearchParams(value: unknown): value is URLSearchParams {
  return can(value, 'append') && !String(value).startsWith('[object ')
}

/**
 * Whether `value` is a form whose entries can be listed. React Native's form is not: its files are
 * no Blobs, even where a polyfill adds the methods.
 */
export function isFormLike(value: unknown): value is FormLike {
  const isForm = can(value, 'append') && can(value, 'getAll') && can(value, Symbol.iterator)
  return isForm && !isNativeForm(value)
}

/** Whether `value` is React Native's form, which `fetch` there encodes anew for every request. */
export function isNativeForm(value: unknown): value is NativeForm {
  return can(value, 'append') && can(value, 'getParts')
}

/** A form with the parts that `form` has now. React Native's `fetch` takes only forms of its own class. */
export function copyNativeForm(form: NativeForm): NativeForm {
  const parts = form.getParts()
  return Object.create(form, { getParts: { value: () => parts } }) as NativeForm
}

/** Copies the bytes of a buffer or of a view's window; null for anything else. */
export function copyBytes(value: unknown): ArrayBuffer | null {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer
  }
  const { byteLength } = (value ?? {}) as Partial<ArrayBuffer>
  if (typeof byteLength !== 'number' || !can(value, 'slice')) return null
  return new Uint8Array(value as ArrayBuffer).slice().buffer
}
