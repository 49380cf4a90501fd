import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from '../../src/cli/run.js'

/** A folder with these files, and a terminal in it. */
export function terminalIn(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'react-chat-auth-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return {
    folder,
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    /** Runs a command line, and collects what it prints. */
    run: async (...args: string[]) => {
      const out: string[] = []
      const errors: string[] = []
      const code = await run(args, {
        folder,
        out: (text) => out.push(text),
        error: (text) => errors.push(text),
      })
      return { code, out: out.join('\n'), errors: errors.join('\n') }
    },
  }
}
