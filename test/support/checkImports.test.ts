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
  'connectors/http/httpConnector.ts': 'export const httpConnector = 1',
  'server/tokens.ts': 'export const tokens = 1',
  'testing/backend.ts': 'export const backend = 1',
  'react/context.ts': 'export type Value = string; export const value = 1',
  'components/Gate.ts': 'export const gate = 1',
}

/** One small module a room. */
const rooms = {
  'core/createChatAuth.ts': 'export const chatAuth = 1',
  'core/environment.ts': 'export const now = 1',
  'core/tools/deadline.ts': 'export const deadline = 1',
  'core/token/renewal.ts': 'export type Options = string; export const renewal = 1',
  'core/session/gate.ts': 'export type Gate = string; export const gate = 1',
  'connectors/protocol/frames.ts': 'export type Frame = string; export const frames = 1',
  'connectors/streamChat/client.ts': 'export type Client = string; export const client = 1',
  'testing/wire/json.ts': 'export type Json = string; export const json = 1',
  'testing/controls/faults.ts': 'export const faults = 1',
  'testing/chat/users.ts': 'export type User = string; export const users = 1',
  'testing/tokens/tokens.ts': 'export type Caller = string; export const tokens = 1',
  'testing/realtime/sockets.ts': 'export const sockets = 1',
  'testing/api/routes.ts': 'export const routes = 1',
}

/** What the check says of these files, among the modules above. */
function check(files: Record<string, string>) {
  for (const [file, text] of Object.entries({ ...modules, ...rooms, ...files })) {
    mkdirSync(dirname(join(src, file)), { recursive: true })
    writeFileSync(join(src, file), text)
  }
  return checkImports(src).map(({ file, line, message }) => `${file}:${line}: ${message}`)
}

describe('a layer imports what it may', () => {
  test.each([
    ['core/a.ts', "import { start } from './state.js'"],
    ['browser/a.ts', "import { start } from '../core/state.js'"],
    ['connectors/streamChat/a.ts', "import { StreamChat } from 'stream-chat'"],
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
    ['browser/a.ts', "import '../connectors/http/httpConnector.js'", 'browser imports core'],
    ['connectors/http/a.ts', "import '../../browser/clock.js'", 'connectors import core'],
    ['server/a.ts', "import { start } from '../core/state.js'", 'only types and the error table'],
    ['server/a.ts', "import { start, type State } from '../core/state.js'", 'only types'],
    ['testing/a.ts', "import '../connectors/http/httpConnector.js'", 'testing imports core'],
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
      'src/core/a.ts:3: imports browser/clock, but core imports nothing outside itself',
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

describe('a room imports the rooms that it may know', () => {
  test.each([
    ['core/tools/a.ts', "import { now } from '../environment.js'"],
    ['core/tools/a.ts', "import type { State } from '../state.js'"],
    ['core/a.ts', "import { deadline } from './tools/deadline.js'"],
    ['core/a.ts', "import type { Options } from './token/renewal.js'"],
    ['core/token/a.ts', "import { start } from '../state.js'"],
    ['core/session/a.ts', "import { renewal } from '../token/renewal.js'"],
    ['core/createChatAuth.ts', "import { gate } from './session/gate.js'"],
    ['connectors/http/a.ts', "import { frames } from '../protocol/frames.js'"],
    ['connectors/streamChat/a.ts', "import { frames } from '../protocol/frames.js'"],
    ['testing/api/a.ts', "import { sockets } from '../realtime/sockets.js'"],
    ['testing/chat/a.ts', "import { json } from '../wire/json.js'"],
    ['testing/a.ts', "import { routes } from './api/routes.js'"],
  ])('%s: %s', (file, text) => {
    expect(check({ [file]: text })).toEqual([])
  })
})

describe('a room imports no other room, not even a type', () => {
  const protocol = 'the protocol knows no connector'
  test.each([
    ['core/tools/a.ts', "import { start } from '../state.js'", 'only types and the environment'],
    ['core/tools/a.ts', "import type { Options } from '../token/renewal.js'", 'no other room'],
    ['core/a.ts', "import { renewal } from './token/renewal.js'", 'from token only types'],
    ['core/a.ts', "import type { Gate } from './session/gate.js'", 'the floor of core imports'],
    ['core/a.ts', "import './createChatAuth.js'", 'the floor of core imports'],
    ['core/token/a.ts', "import type { Gate } from '../session/gate.js'", 'token imports'],
    ['core/session/a.ts', "import '../createChatAuth.js'", 'session imports token'],
    ['core/token/a.ts', "import { decodeJwt } from 'jose'", "the package 'jose'"],
    ['connectors/protocol/a.ts', "import '../http/httpConnector.js'", protocol],
    ['connectors/protocol/a.ts', "import type { Client } from '../streamChat/client.js'", protocol],
    ['connectors/http/a.ts', "import type { Client } from '../streamChat/client.js'", 'no other'],
    ['connectors/streamChat/a.ts', "import '../http/httpConnector.js'", 'no other connector'],
    ['connectors/http/a.ts', "import type { Event } from 'stream-chat'", "'stream-chat'"],
    ['connectors/protocol/a.ts', "import { StreamChat } from 'stream-chat'", "'stream-chat'"],
    ['testing/wire/a.ts', "import '../controls/faults.js'", 'testing/wire imports no other room'],
    ['testing/controls/a.ts', "import type { User } from '../chat/users.js'", 'imports wire'],
    ['testing/chat/a.ts', "import type { Caller } from '../tokens/tokens.js'", 'wire, controls'],
    ['testing/tokens/a.ts', "import '../realtime/sockets.js'", 'wire, controls, chat'],
    ['testing/realtime/a.ts', "import '../api/routes.js'", 'wire, controls, chat, tokens'],
    ['testing/api/a.ts', "import '../backend.js'", 'wire, controls, chat, tokens, realtime'],
  ])('%s: %s', (file, text, message) => {
    expect(check({ [file]: text })).toEqual([expect.stringContaining(message)])
  })

  test.each(['core/rest/a.ts', 'connectors/a.ts', 'react/hooks/a.ts'])(
    '%s, in a room without a rule, is an error, so that none is forgotten',
    (file) => {
      expect(() => check({ [file]: '' })).toThrow('give this room its rule')
    },
  )
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

  test.each(['core/a.ts', 'browser/a.ts', 'connectors/http/a.ts', 'server/a.ts', 'testing/a.ts'])(
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
