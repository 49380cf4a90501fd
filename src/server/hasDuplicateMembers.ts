/** Matches braces and strings in valid JSON; a member name is matched with its colon. */
const marks = /[{}]|("(?:[^"\\]|\\.)*")(\s*:)?/g

/**
 * Whether an object in this valid JSON names a member twice. `JSON.parse` takes the last one and other
 * parsers the first, so two readers could see different users in one token.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4
 */
export function hasDuplicateMembers(json: string): boolean {
  const objects: Set<string>[] = []
  for (const [mark, text, colon] of json.matchAll(marks)) {
    if (mark === '{') objects.push(new Set())
    else if (mark === '}') objects.pop()
    else if (colon) {
      // Parsed, because `"\u0061"` is the same name as `"a"`.
      const name = JSON.parse(String(text)) as string
      const names = objects.at(-1)
      if (names?.has(name)) return true
      names?.add(name)
    }
  }
  return false
}
