/** Replacement of a range of a text. */
export interface Edit {
  start: number
  end: number
  text: string
}

/** Applies edits that do not overlap, with the file's line ends. Everything else stays as it is. */
export function applyEdits(text: string, edits: readonly Edit[], { eol }: CodeStyle): string {
  let result = ''
  let position = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(position, edit.start) + edit.text.replace(/\r?\n/g, eol)
    position = edit.end
  }
  return result + text.slice(position)
}

/** Removes statements with their lines, and one of the blank lines around them where there are two. */
export function removeStatements(text: string, ranges: readonly [number, number][]): Edit[] {
  const edits: Edit[] = []
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    const edit = removeLines(text, start, end)
    const last = edits.at(-1)
    if (last?.end === edit.start) last.end = edit.end
    else edits.push(edit)
  }
  return edits.map((edit) => {
    const isBlankBefore =
      /(?:^|\n|\{)[^\S\n]*\n$/.test(text.slice(0, edit.start)) || edit.start === 0
    const blank = isBlankBefore ? /^[^\S\n]*\n/.exec(text.slice(edit.end))?.[0] : undefined
    return { ...edit, end: edit.end + (blank?.length ?? 0) }
  })
}

/** Removes a statement with its lines, if it has them for itself. */
export function removeLines(text: string, start: number, end: number): Edit {
  const from = lineStart(text, start)
  const isAlone = text.slice(from, start).trim() === '' && /^[^\S\n]*(?:\n|$)/.test(text.slice(end))
  if (!isAlone) return { start, end, text: '' }
  const lineEnd = text.indexOf('\n', end)
  return { start: from, end: lineEnd === -1 ? text.length : lineEnd + 1, text: '' }
}

/** Offset of the first character of a line. */
export function lineStart(text: string, position: number): number {
  return text.lastIndexOf('\n', position - 1) + 1
}

/** White space that a line begins with. */
export function indentAt(text: string, position: number): string {
  return /^[^\S\n]*/.exec(text.slice(lineStart(text, position)))?.[0].replace('\r', '') ?? ''
}

/** How a file is written: what new code of it looks like. */
export interface CodeStyle {
  eol: string
  quote: string
  semicolon: string
  /** One step of indentation. */
  step: string
}

/** Reads a file's style off its text. */
export function codeStyle(text: string): CodeStyle {
  const importLine = /^\s*import\b.*?(['"])[^'"\n]*\1(;?)/m.exec(text)
  return {
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    quote: importLine?.[1] ?? "'",
    semicolon: importLine?.[2] ?? '',
    step: /^(\t| {2,8})\S/m.exec(text)?.[1] ?? '  ',
  }
}

/** Copies a range, whose further lines begin with the indentation of another place. */
export function copyTo(text: string, start: number, end: number, indent: string): string {
  const source = text.slice(start, end)
  // White space in a template is part of its value.
  if (source.includes('`')) return source
  const old = indentAt(text, start)
  return source
    .split('\n')
    .map((line, index) =>
      index > 0 && line.startsWith(old) ? indent + line.slice(old.length) : line,
    )
    .join('\n')
}
