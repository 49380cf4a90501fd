import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the linter refuses two modules that import each other, if only for types', () => {
  const folder = mkdtempSync(join(tmpdir(), 'circle-'))
  try {
    writeFileSync(join(folder, 'a.ts'), "import type { B } from './b.js'\nexport type A = B[]\n")
    writeFileSync(join(folder, 'b.ts'), "import type { A } from './a.js'\nexport type B = A[]\n")
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
    const args = [oxlint, '--config', join(root, '.oxlintrc.json'), folder]
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root })
    expect(stdout).toContain('import(no-cycle): Dependency cycle detected')
    expect(status).toBe(1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
