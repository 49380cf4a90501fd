import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { bundles } from './build/bundles.js'

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** The code of the page as the page shows it. */
const shown = (name: string) =>
  readFileSync(at(`../../stories/reactNative/${name}`), 'utf8').replace(
    /'\.\.\/\.\.\/src\/[\w-]+\.js'/,
    "'react-chat-auth'",
  )

const programs = [
  {
    program: 'the page’s code',
    files: { 'App.tsx': shown('App.tsx'), 'push.ts': shown('push.ts') },
    entry: 'react-native',
  },
  {
    program: 'the stream-chat entry',
    files: { 'entry.ts': "import 'react-native'\nexport * from 'react-chat-auth/stream-chat'\n" },
    entry: 'stream-chat',
  },
]

/** As an app on React Native has it: without the DOM's types and Node's. */
const compilerOptions = {
  target: 'esnext',
  lib: ['es2024'],
  module: 'esnext',
  moduleResolution: 'bundler',
  customConditions: ['react-native'],
  types: [],
  jsx: 'react-native',
  strict: true,
  skipLibCheck: false,
  noEmit: true,
}

/** Compiles an app in a folder of its own, where `react-native` is this version. */
function compile(version: string, files: Readonly<Record<string, string>>) {
  const folder = at(`node_modules/.proof/types-${version}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(`${folder}/node_modules`, { recursive: true })
  const reactNative = at(`node_modules/react-native-${version}`)
  symlinkSync(reactNative, `${folder}/node_modules/react-native`, 'junction')
  const config = JSON.stringify({ compilerOptions, files: Object.keys(files) })
  for (const [name, text] of Object.entries({ ...files, 'tsconfig.json': config })) {
    writeFileSync(`${folder}/${name}`, text)
  }
  const compiler = at('../../node_modules/typescript/bin/tsc')
  const args = [compiler, '--pretty', 'false', '--listFiles']
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const lines = stdout.split('\n')
  return { read: lines, errors: lines.filter((line) => /(?:^|: )error TS\d/.test(line)) }
}

/** Errors in a package that is not ours; the app's own files have no folder. */
const isForeign = (error: string) => /^\.\.\/(?!\.\.\/react-chat-auth\/)/.test(error)

test.each(bundles.flatMap(({ version }) => programs.map((program) => ({ version, ...program }))))(
  '$program has no type error on React Native $version, nor has our package, whatever others have in theirs',
  ({ version, files, entry }) => {
    const { read, errors } = compile(version, files)
    expect(read).toContain(at(`node_modules/react-chat-auth/dist/${entry}.d.ts`))
    expect(read.some((path) => path.includes(`/react-native-${version}/types`))).toBe(true)
    expect(errors.filter((error) => !isForeign(error))).toEqual([])
  },
)
