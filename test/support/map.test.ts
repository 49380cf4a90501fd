import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { drawMap } from './map.js'
import { roomGraph } from './roomGraph.js'

let src: string
beforeEach(() => {
  src = mkdtempSync(join(tmpdir(), 'map-'))
})
afterEach(() => {
  rmSync(src, { recursive: true })
})

const modules = {
  'core/tools/a.ts': '',
  'core/token/a.ts': "import '../tools/a.js'",
  'core/session/a.ts': "import '../token/a.js'",
  'react/a.ts': "import type { A } from '../core/session/a.js'",
  'index.ts': "export { a } from './react/a.js'",
}

function write(files: Record<string, string>): string {
  for (const [file, text] of Object.entries({ ...modules, ...files })) {
    mkdirSync(dirname(join(src, file)), { recursive: true })
    writeFileSync(join(src, file), text)
  }
  return src
}

/** The arrows, in words. */
const edgesOf = (files: Record<string, string>) =>
  roomGraph(write(files)).edges.map(({ from, to, isType }) => `${from} ${isType ? '⇢' : '→'} ${to}`)

const usual = ['core/session → core/token', 'core/token → core/tools', 'react ⇢ core']

describe('the map of the rooms', () => {
  test('has an arrow between rooms of a layer, and one between layers, dashed for types', () => {
    expect(edgesOf({})).toEqual(usual)
  })

  test('draws an arrow of values through, whatever types are imported besides', () => {
    const edges = ['core/session → core/token', 'core/token → core/tools', 'react → core']
    expect(edgesOf({ 'react/b.ts': "import '../core/tools/a.js'" })).toEqual(edges)
    expect(edgesOf({ 'react/0.ts': "import '../core/tools/a.js'" })).toEqual(edges)
  })

  test('leaves out an arrow that follows from others', () => {
    expect(edgesOf({ 'core/session/b.ts': "import '../tools/a.js'" })).toEqual(usual)
    expect(edgesOf({ 'core/session/b.ts': "import type { A } from '../tools/a.js'" })).toEqual(
      usual,
    )
  })

  test('keeps an arrow of values where the way around is one of types', () => {
    const files = {
      'core/token/a.ts': "import type { A } from '../tools/a.js'",
      'core/session/b.ts': "import '../tools/a.js'",
    }
    expect(edgesOf(files)).toContain('core/session → core/tools')
  })

  test('is drawn anew where a room comes to know another, and the same where none does', async () => {
    const before = await drawMap(write({}))
    expect(await drawMap(write({ 'core/token/b.ts': "import './a.js'" }))).toBe(before)
    expect(await drawMap(write({ 'core/token/c.ts': "import '../session/a.js'" }))).not.toBe(before)
  })
})
