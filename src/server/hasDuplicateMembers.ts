/** In valid JSON: where objects begin and end, and every string, with the colon if it is a name. */
const marks = /[{}]|("(?:[^"\\]|\\.)*")(\s*:)?/g

/**
 * Whether an object in this valid JSON names a member twice. `JSON.parse` takes the last one, others the
 * first: such a token would be one user's to one reader and another's to the next.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4
 */
export function hasDuplicateMembers(json: string): boolean {
  const objects: Set<string>[] = []
  for (const [mark, text, colon] of json.matchAll(marks)) {
    if (mark === '{') objects.push(new Set())
    else if (mark === '}') objects.pop()
    else if (colon) {
      // Parsed, for `"\u0061"` is the same name as `"a"`.
      const name = JSON.parse(String(text)) as string
      const names = objects.at(-1)
      if (names?.has(name)) return true
      names?.add(name)
    }
  }
  return false
}
