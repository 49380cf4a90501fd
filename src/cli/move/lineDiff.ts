const context = 3

/** The changed part of a text as one hunk of a unified diff. */
export function lineDiff(name: string, before: string, after: string): string {
  const a = before.split(/\r?\n/)
  const b = after.split(/\r?\n/)
  const isSame = (i: number, j: number) => a[i] === b[j]
  let head = 0
  while (head < Math.min(a.length, b.length) && isSame(head, head)) head++
  let tail = 0
  while (
    tail < Math.min(a.length, b.length) - head &&
    isSame(a.length - 1 - tail, b.length - 1 - tail)
  ) {
    tail++
  }
  const from = Math.max(0, head - context)
  const rest = Math.max(0, tail - context)
  const old = a.slice(from, a.length - rest)
  const now = b.slice(from, b.length - rest)
  const range = (lines: string[]) => `${from + 1},${lines.length}`
  const header = [`--- ${name}`, `+++ ${name}`, `@@ -${range(old)} +${range(now)} @@`]
  return [...header, ...changes(old, now)].join('\n')
}

/** Lines with their marks, by the longest common subsequence. */
function changes(a: string[], b: string[]): string[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i]
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: string[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(` ${a[i++]}`)
      j++
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`-${a[i++]}`)
    } else lines.push(`+${b[j++]}`)
  }
  return lines
}
