import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { checkPlatform, globalsIn } from './checkPlatform.js'

/** Checks one module in a folder of its own; returns the messages. */
function check(file: string, text: string) {
  const src = mkdtempSync(join(tmpdir(), 'check-platform-'))
  try {
    mkdirSync(dirname(join(src, file)), { recursive: true })
    writeFileSync(join(src, file), text)
    return checkPlatform(src).map(({ line, message }) => `${line}: ${message}`)
  } finally {
    rmSync(src, { recursive: true })
  }
}

test.each([
  ['core/a.ts', 'export const now = () => performance.now()', 'performance'],
  ['core/tools/a.ts', 'export const text = new TextDecoder()', 'TextDecoder'],
  ['core/a.ts', 'export const at = () => globalThis.crypto', 'crypto'],
  [
    'core/a.ts',
    'const { crypto: c } = globalThis as Partial<typeof globalThis>; export { c }',
    'crypto',
  ],
  ['connectors/http/a.ts', 'export const url = new URL("https://own.test")', 'URL'],
  ['connectors/http/a.ts', 'export const is = (x: unknown) => x instanceof FormData', 'FormData'],
  ['connectors/http/a.ts', 'export const copy = { structuredClone }', 'structuredClone'],
  ['react/a.tsx', 'export const A = () => <p lang={navigator.language} />', 'navigator'],
  ['native/a.ts', 'export const f = (x = localStorage) => x', 'localStorage'],
  ['components/ChatAuthGate.tsx', 'export const d = document', 'document'],
])('%s, of React Native, must not use a name that is not there: %s', (file, text, name) => {
  expect(check(file, `\n${text}`)).toEqual([expect.stringContaining(`2: uses '${name}'`)])
})

test.each([
  [
    'core/a.ts',
    'export type Url = URL; export function f(this: Window, a: Blob): Event | null { return null }',
  ],
  ['core/a.ts', 'const { a, b: [c], ...d } = JSON.parse("{}"); export const e = [a, c, d]'],
  ['core/a.ts', 'export class A { constructor(readonly x: number) { this.x = x } document = 1 }'],
  [
    'core/a.ts',
    'export function f({ url: URL, fetch = 1 }, ...[x]) { try { return URL } catch (e) { return [e, fetch, x] } }',
  ],
  ['core/a.ts', 'import URL from "./b.js"; export const u = (x: { URL: string }) => [x.URL, URL]'],
  ['connectors/a.ts', 'export const send = () => fetch("/", { headers: new Headers() })'],
  ['components/Box.tsx', 'export const width = () => window.innerWidth'],
  ['server/a.ts', 'export const key = crypto'],
])(
  '%s may use what is declared, the language, types, and the names of its room: %s',
  (file, text) => {
    expect(check(file, text)).toEqual([])
  },
)

test('the names that a module uses are found wherever an expression stands', () => {
  const text = 'const x = a ? `${b}` : [...c]; for (const y of d) x[e](y ?? f)'
  expect(globalsIn('a.ts', text).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})
