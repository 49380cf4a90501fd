import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { builtModules, manifest, root } from './dist.js'

const bin = manifest.bin['react-chat-auth']

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'react-chat-auth-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('the built command line moves the import of the hook in a file', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'useChat.ts')
  writeFileSync(
    file,
    "import { useCreateChatClient } from 'stream-chat-react'\nuseCreateChatClient\n",
  )

  const out = execFileSync(process.execPath, [join(root, bin), 'move', file], { encoding: 'utf8' })

  expect(out).toMatch(/1 file written/)
  expect(readFileSync(file, 'utf8')).toContain("from 'react-chat-auth/stream-chat-react'")
})

test('where @babel/core is not installed, the command line says how to install it', () => {
  const folder = temporaryFolder()
  cpSync(join(root, 'dist/cli'), join(folder, 'cli'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')

  const { status, stderr } = spawnSync(process.execPath, ['cli/main.js', 'move', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })

  expect(stderr).toContain('Install it: npm install -D @babel/core')
  expect(status).toBe(1)
})

test('the file of the command line says that Node runs it', () => {
  expect(readFileSync(join(root, bin), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})

test('no other module of the build has the parser of the command line', () => {
  const others = builtModules().filter((module) => !module.startsWith('cli/'))
  const text = others.map((module) => readFileSync(join(root, 'dist', `${module}.js`), 'utf8'))
  expect(text.filter((code) => code.includes('@babel'))).toEqual([])
})
