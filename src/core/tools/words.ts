/** Longest reason that an error quotes, in characters: about three sentences. */
const maxLength = 300

/** Puts foreign text on one line, and cuts off what exceeds `maxLength`. */
export function shortened(words: string): string {
  // Cut first, which bounds the work.
  const beginning = words.slice(0, 4 * maxLength)
  const line = beginning.replace(/(?:\s|[^ -~\u00a0-\uffff])+/g, ' ').trim()
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line
}

/** Adds a full stop, unless the text already ends with a punctuation mark. */
export function asSentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`
}
