/** What the answer says of itself, and what the connection is for, cannot come from somewhere else. */
const ownHeaders =
  /^(content-.*|access-control-.*|accept-ranges|age|allow|cache-control|connection|date|etag|expires|keep-alive|last-modified|location|pragma|retry-after|trailer|transfer-encoding|upgrade|vary|x-content-type-options)$/

/**
 * A copy of what may go out with another answer: cookies one by one, and headers that say nothing of the
 * answer that they came with.
 * @throws TypeError for what are no headers
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
  // As Node writes them, several cookies are a list.
  return Object.entries(init as Record<string, string | readonly string[]>).flatMap(
    ([name, value]) => [value].flat().map((each) => [name, each] as const),
  )
}
