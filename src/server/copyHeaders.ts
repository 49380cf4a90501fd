/** Headers that describe an answer or its connection, and so cannot be copied to another answer. */
const ownHeaders =
  /^(content-.*|access-control-.*|accept-ranges|age|allow|cache-control|connection|date|etag|expires|keep-alive|last-modified|location|pragma|retry-after|trailer|transfer-encoding|upgrade|vary|x-content-type-options)$/

/**
 * Copies the headers that may go out with another answer, each cookie on its own.
 * @throws TypeError unless the value is `Headers` or an object of names and values
 */
export function copyHeaders(init: HeadersInit): Headers {
  const copy = new Headers()
  for (const [name, value] of entriesOf(init)) {
    if (!ownHeaders.test(name.toLowerCase())) copy.append(name, value)
  }
  return copy
}

function entriesOf(init: HeadersInit): Iterable<readonly [string, string]> {
  const isRecord = !Array.isArray(init) && !(Symbol.iterator in init)
  if (!isRecord) return new Headers(init)
  // Node represents several cookies as an array.
  return Object.entries(init as Record<string, string | readonly string[]>).flatMap(
    ([name, value]) => [value].flat().map((each) => [name, each] as const),
  )
}
