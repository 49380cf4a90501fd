/** The longest reason that an error repeats, in characters: about three sentences. */
const maxLength = 300

/** A stranger's words on one line, cut off where they are longer than anyone reads. */
export function shortened(words: string): string {
  // Cut first: that bounds the work.
  const beginning = words.slice(0, 4 * maxLength)
  const line = beginning.replace(/(?:\s|[^ -~\u00a0-\uffff])+/g, ' ').trim()
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line
}

/** The words with a full stop, unless they end with a mark of their own. */
export function asSentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`
}
