import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A file, or one for each condition. */
export type Target = string | { readonly [condition: string]: Target }

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  bin: { 'react-chat-auth': string }
  exports: Record<string, Target>
  dependencies: Record<string, string>
  peerDependencies: Record<string, string>
}

/** Built modules, as paths in dist without extension. */
export function builtModules(): string[] {
  const dist = join(root, 'dist')
  if (!existsSync(dist)) throw new Error('There is no dist: run `npm run build` first.')
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)))
    .map((file) => file.split(sep).join('/').replace(/\.js$/, ''))
}

/** Runs a script in a separate Node process, as an app would, without Vite and Vitest. */
export function inPlainNode(script: string): string {
  const args = ['--input-type=module', '--eval', script]
  return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim()
}
