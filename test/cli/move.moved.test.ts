import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { terminalIn } from './terminal.js'

const fixtures = fileURLToPath(new URL('./fixtures/moved/', import.meta.url))
const before = readdirSync(fixtures).filter((file) => file.includes('.before.'))
const read = (file: string) => readFileSync(fixtures + file, 'utf8')

// `npm run typecheck` compiles both files of each pair.
describe.each(before)('move, run on %s', (file) => {
  const name = `App${extname(file)}`
  const after = read(file.replace('.before.', '.after.'))

  test('writes the file as it stands beside it', async () => {
    const { run, read: written } = terminalIn({ [name]: read(file) })

    const { code, out } = await run('move', name)

    expect(written(name)).toBe(after)
    expect(out).toContain(`written: ${name}`)
    expect(code).toBe(0)
  })

  test('keeps the line ends of a file from Windows', async () => {
    const { run, read: written } = terminalIn({ [name]: read(file).replaceAll('\n', '\r\n') })

    await run('move', name)

    expect(written(name)).toBe(after.replaceAll('\n', '\r\n'))
  })

  test('changes nothing in a second run', async () => {
    const { run, read: written } = terminalIn({ [name]: after })

    const { out } = await run('move', name)

    expect(written(name)).toBe(after)
    expect(out).toBe('0 files written, 0 places to look at.')
  })
})

test('move says where the log of a failed connect went', async () => {
  const { run } = terminalIn({ 'App.tsx': read('asyncFunction.before.tsx') })

  const { out } = await run('move', 'App.tsx')

  expect(out).toMatch(/^App\.tsx:25 written without the log of a failed connect/m)
})
