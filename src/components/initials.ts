/** Tints of an avatar's background in the stylesheet. */
const tintCount = 6

/**
 * Returns at most two graphemes for an avatar: of the first and last word, or one of a name without
 * Latin, Greek or Cyrillic letters, whose words are not told apart by initials. `?` for an empty name.
 */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const first = words[0]
  if (first === undefined) return '?'
  const last = words.at(-1)
  const initial = firstGrapheme(first)
  if (words.length === 1 || last === undefined || !isCased(initial))
    return initial.toLocaleUpperCase()
  const second = firstGrapheme(last)
  return (isCased(second) ? initial + second : initial).toLocaleUpperCase()
}

/** Returns a number from 0 that stays the same for an id. */
export function tintOf(id: string): number {
  let sum = 0
  for (let index = 0; index < id.length; index += 1) sum = (sum * 31 + id.charCodeAt(index)) >>> 0
  return sum % tintCount
}

/** Returns what a reader sees as one character: an emoji or a flag has several code points. */
function firstGrapheme(text: string): string {
  if (typeof Intl !== 'undefined' && typeof Intl.Segmenter === 'function') {
    const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)
    return first?.segment ?? ''
  }
  return Array.from(text)[0] ?? ''
}

/** Whether a letter has an upper case, as only alphabets have that use initials. */
function isCased(letter: string): boolean {
  return letter.toLowerCase() !== letter.toUpperCase()
}
