import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkImports } from './checkImports.js'

let src: string
beforeEach(() => {
  src = mkdtempSync(join(tmpdir(), 'imports-'))
})
afterEach(() => {
  rmSync(src, { recursive: true })
})

/** One small module a layer, so that whatever a test imports is there. */
const modules = {
  'core/errors.ts': 'export const table = {}',
  'core/state.ts': 'export type State = string; export const start = 1',
  'browser/clock.ts': 'export const clock = 1',
  'connectors/httpConnector.ts': 'export const httpConnector = 1',
  'server/tokens.ts': 'export const tokens = 1',
  'testing/backend.ts': 'export const backend = 1',
  'react/context.ts': 'export type Value = string; export const value = 1',
  'components/Gate.ts': 'export const gate = 1',
}

/** What the check says of these files, among the modules above. */
function check(files: Record<string, string>) {
  for (const [file, text] of Object.entries({ ...modules, ...files })) {
    mkdirSync(dirname(join(src, file)), { recursive: true })
    writeFileSync(join(src, file), text)
  }
  return checkImports(src).map(({ file, line, message }) => `${file}:${line}: ${message}`)
}

describe('a layer imports what it may', () => {
  test.each([
    ['core/a.ts', "import { decodeJwt } from 'jose'"],
    ['core/a.ts', "import { start } from './state.js'"],
    ['browser/a.ts', "import { start } from '../core/state.js'"],
    ['connectors/a.ts', "import { StreamChat } from 'stream-chat'"],
    ['server/a.ts', "import { table } from '../core/errors.js'"],
    ['server/a.ts', "import type { State } from '../core/state.js'"],
    ['server/a.ts', "import { type State } from '../core/state.js'"],
    ['server/a.ts', "export type A = import('../core/state.js').State"],
    ['testing/a.ts', "import { tokens } from '../server/tokens.js'"],
    ['react/a.ts', "import { QueryClient } from '@tanstack/react-query'"],
    ['react/a.ts', "import { clock } from '../browser/clock.js'"],
    ['components/a.ts', "import { value } from '../react/context.js'"],
    ['devtools/a.ts', "import type { State } from '../core/state.js'"],
  ])('%s: %s', (file, text) => {
    expect(check({ [file]: text })).toEqual([])
  })
})

describe('a layer imports nothing else', () => {
  test.each([
    ['core/a.ts', "import { clock } from '../browser/clock.js'", 'core imports nothing'],
    ['core/a.ts', "import type { Value } from '../react/context.js'", 'core imports nothing'],
    ['core/a.ts', "import { readFile } from 'node:fs'", "the package 'node:fs'"],
    ['core/a.ts', "export { useState } from 'react'", "the package 'react'"],
    ['core/a.ts', "export * from 'react'", "the package 'react'"],
    ['core/a.ts', "const late = import('@tanstack/react-query')", "'@tanstack/react-query'"],
    ['core/a.ts', "type A = import('../react/context.js').Value", 'core imports nothing'],
    ['core/a.ts', "import late = require('react')", "the package 'react'"],
    ['core/a.ts', "import 'react-chat-auth/testing'", "the package 'react-chat-auth'"],
    ['browser/a.ts', "import '../connectors/httpConnector.js'", 'browser imports core'],
    ['connectors/a.ts', "import '../browser/clock.js'", 'connectors import core'],
    ['server/a.ts', "import { start } from '../core/state.js'", 'only types and the error table'],
    ['server/a.ts', "import { start, type State } from '../core/state.js'", 'only types'],
    ['testing/a.ts', "import '../connectors/httpConnector.js'", 'testing imports core'],
    ['react/a.ts', "import '../components/Gate.js'", 'react imports core'],
    ['components/a.ts', "import { start } from '../core/state.js'", 'only types'],
    ['components/a.ts', "import '../browser/clock.js'", 'imports browser/clock, but components'],
    ['react/a.ts', "import './page.js'", 'which is no file of src'],
    ['react/a.ts', "import './gone.js'", 'which is no file of src'],
  ])('%s: %s', (file, text, message) => {
    expect(check({ [file]: text })).toEqual([expect.stringContaining(message)])
  })

  test('a problem names its file and line', () => {
    const text = "import { table } from './errors.js'\n\nimport '../browser/clock.js'\n"
    expect(check({ 'core/a.ts': text })).toEqual([
      'src/core/a.ts:3: imports browser/clock, but core imports nothing outside itself but jose',
    ])
  })

  test('a folder without a rule is an error, so that none is forgotten', () => {
    expect(() => check({ 'helpers/a.ts': '' })).toThrow("give 'helpers' its rule")
  })

  test('what stands in a comment or a string is no import', () => {
    const text = "// import 'react'\nexport const a = `import 'react'`\n"
    expect(check({ 'core/a.ts': text })).toEqual([])
  })
})

describe('an entry', () => {
  test('re-exports names of the layers it may reach', () => {
    const core = "export { start, type State } from './core/state.js'"
    const index = `'use client'\n${core}\nexport { gate } from './components/Gate.js'`
    expect(check({ 'core.ts': core, 'index.ts': index })).toEqual([])
  })

  test.each([
    'export const a = 1',
    "import './core/state.js'",
    "export * from './core/state.js'",
    "export * as state from './core/state.js'",
  ])('contains nothing else: %s', (text) => {
    expect(check({ 'core.ts': text })).toEqual([
      'src/core.ts:1: an entry contains named re-exports and nothing else',
    ])
  })

  test('re-exports no layer that its users must not load', () => {
    expect(check({ 'core.ts': "export { value } from './react/context.js'" })).toEqual([
      expect.stringContaining("the entry 'core' re-exports only core, browser, connectors"),
    ])
  })
})

describe('"use client"', () => {
  test.each([
    ['react/a.ts', "import { useState } from 'react'", 'it imports from react'],
    ['react/a.ts', 'export const a = () => useThing()', 'it calls useThing'],
    ['components/a.tsx', 'export const a = () => <p />', 'it contains JSX'],
    ['devtools/a.tsx', 'export const a = () => <></>', 'it contains JSX'],
    ['index.ts', "export { value } from './react/context.js'", 'exports hooks'],
  ])('is missed in %s: %s', (file, text, why) => {
    const message = `src/${file}:1: lacks 'use client' as its first statement: `
    const problems = check({ [file]: text })
    expect(problems).toEqual([expect.stringContaining(message)])
    expect(problems).toEqual([expect.stringContaining(why)])
    expect(check({ [file]: `'use client'\n${text}` })).toEqual([])
  })

  test('does not count after an import, where bundlers ignore it', () => {
    const text = "import { useState } from 'react'\n'use client'\nexport const a = useState\n"
    expect(check({ 'react/a.ts': text })).toEqual([expect.stringContaining('lacks')])
  })

  test.each(['core/a.ts', 'browser/a.ts', 'connectors/a.ts', 'server/a.ts', 'testing/a.ts'])(
    'is refused in %s, which a server runs too',
    (file) => {
      expect(check({ [file]: "'use client'" })).toEqual([
        expect.stringContaining('must run on a server too'),
      ])
    },
  )

  test.each(['core.ts', 'server.ts', 'testing.ts'])('is refused in the entry %s', (file) => {
    expect(check({ [file]: "'use client'" })).toEqual([
      expect.stringContaining("must not say 'use client'"),
    ])
  })

  test('is refused in a module of react that would run anywhere', () => {
    const text = "'use client'\nimport type { ReactNode } from 'react'\nexport type A = ReactNode\n"
    expect(check({ 'react/a.ts': text })).toEqual([
      expect.stringContaining('uses no hook, no JSX and nothing of React'),
    ])
  })
})
