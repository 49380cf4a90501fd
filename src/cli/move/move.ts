import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import type { Terminal } from '../terminal.js'
import { loadBabel } from './babel.js'
import { lineDiff } from './lineDiff.js'
import { moveModule, type MovedModule } from './moveModule.js'
import { sourceFiles } from './sourceFiles.js'

/** `react-chat-auth move`: writes what is certain, and lists what is not. */
export async function move(args: string[], { folder, out, error }: Terminal): Promise<number> {
  const isDry = args.includes('--dry')
  const [target, ...others] = args.filter((arg) => arg !== '--dry')
  const option = args.find((arg) => arg.startsWith('-') && arg !== '--dry')
  if (option) throw new Error(`move has no option '${option}', only --dry.`)
  if (!target || others.length > 0) {
    throw new Error('Name one file or folder: npx react-chat-auth move src')
  }
  const path = resolve(folder, target)
  if (!existsSync(path)) throw new Error(`There is no file or folder '${target}'.`)
  const babel = await loadBabel(folder)
  const total = { written: 0, findings: 0, errors: 0 }

  for (const file of sourceFiles(path)) {
    const name = relative(folder, file).split(sep).join('/')
    const text = readFileSync(file, 'utf8')
    // Most files have nothing to do with chat, and need not even be readable.
    if (!/\bstream-chat\b|\b(?:dis)?connectUser\b/.test(text)) continue
    let moved: MovedModule
    try {
      moved = moveModule(babel, file, text)
    } catch (cause) {
      total.errors++
      error(unreadable(name, cause))
      continue
    }
    if (moved.text !== text) {
      total.written++
      if (isDry) out(lineDiff(name, text, moved.text))
      else {
        writeFileSync(file, moved.text)
        out(`written: ${name}`)
      }
    }
    total.findings += moved.findings.length
    for (const { line, reason, todo, page } of moved.findings) {
      out(`${name}:${line} ${reason} → ${todo} (${page})`)
    }
  }
  out(summary(total, isDry))
  return total.errors > 0 ? 1 : 0
}

function unreadable(name: string, cause: unknown): string {
  if (!(cause instanceof SyntaxError)) throw cause
  const { loc } = cause as SyntaxError & { loc?: { line: number; column: number } }
  // Babel's message begins with the absolute path, and ends with a picture of the code.
  const [first = ''] = cause.message.split('\n')
  const message = first.replace(/^.*?: (?=[A-Z])/, '').replace(/ \(\d+:\d+\)$/, '')
  return `${name}:${loc ? `${loc.line}:${loc.column + 1}` : 1} cannot be read: ${message}`
}

interface Total {
  written: number
  findings: number
  errors: number
}

function summary({ written, findings, errors }: Total, isDry: boolean): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
  const parts = [
    `${count(written, 'file')} ${isDry ? 'to write' : 'written'}`,
    `${count(findings, 'place')} to look at`,
    ...(errors > 0 ? [`${count(errors, 'file')} not read`] : []),
  ]
  return `${parts.join(', ')}.`
}
