import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const skippedFolders = new Set(['node_modules', 'dist', 'build', 'out', 'coverage'])
const isSource = (name: string) => /\.[cm]?[jt]sx?$/.test(name) && !/\.d\.[cm]?ts$/.test(name)

/** The file itself, or the modules in a folder, without hidden, installed and built ones. */
export function sourceFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name)
      if (entry.isFile()) return isSource(entry.name) ? [inner] : []
      // A link is not followed: it may lead out of the folder, or in a circle.
      const isWanted = !entry.name.startsWith('.') && !skippedFolders.has(entry.name)
      return entry.isDirectory() && isWanted ? sourceFiles(inner) : []
    })
}
