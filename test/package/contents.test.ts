import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { packageOf, readModule } from '../support/readModule.js'
import { builtModules, manifest, root } from './dist.js'

function packedFiles() {
  // Uses npm's own script if npm runs this, because `npm` is not an executable on Windows.
  const npm = process.env['npm_execpath']
  const [command, ...args] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']
  const json = execFileSync(
    command ?? 'npm',
    [...args, 'pack', '--dry-run', '--json', '--ignore-scripts'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const [pack] = JSON.parse(json) as [{ files: { path: string }[] }]
  return pack.files.map((file) => file.path)
}

let files: string[]
beforeAll(() => {
  files = packedFiles()
})

/** Reads a built module with the parser that the build uses. */
function built(module: string) {
  return readModule(`${module}.js`, readFileSync(join(root, 'dist', `${module}.js`), 'utf8'))
}

test('npm packs the build, its types, the stylesheet and the documents, and nothing else', () => {
  const isWanted = /^(?:dist\/.+\.(?:js|d\.ts)|dist\/styles\.css|(?:README|CHANGELOG)\.md)$/
  expect(files.filter((file) => !isWanted.test(file)).toSorted()).toEqual([
    'LICENSE',
    'package.json',
  ])
  expect(files).toContain('README.md')
  expect(files.filter((file) => /\.test\.|\.stories\.|fixture/.test(file))).toEqual([])
})

test('every built module has its types, so that an entry’s types resolve all the way', () => {
  // Nothing imports the command line.
  const imported = builtModules().filter((module) => !module.startsWith('cli/'))
  const untyped = imported.filter((module) => !files.includes(`dist/${module}.d.ts`))
  expect(untyped).toEqual([])
})

test('the build imports only its own modules and what package.json declares', () => {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  // The command line runs on Node, whose own modules no other room may import.
  const isOfNode = (module: string, specifier: string) =>
    module.startsWith('cli') && specifier.startsWith('node:')
  const packages = builtModules()
    .flatMap((module) =>
      built(module)
        .imports.map(({ specifier }) => specifier)
        .filter((specifier) => !isOfNode(module, specifier)),
    )
    .filter((specifier) => !specifier.startsWith('.'))
    .map(packageOf)
  expect(packages.filter((name) => !declared.includes(name))).toEqual([])
  expect(packages).toContain('react')
})

test.each([
  ['core', []],
  ['index', ['@tanstack/react-query', 'react']],
  ['react-native', ['@tanstack/react-query', 'react', 'react-native']],
  ['stream-chat', ['stream-chat']],
  ['stream-chat-react', ['react', 'stream-chat']],
])(
  'the entry %s and all that it imports need these packages and no other: %j',
  (entry, packages) => {
    const seen = new Set([entry])
    const needed = new Set<string>()
    for (const module of seen) {
      for (const { specifier } of built(module).imports) {
        if (specifier.startsWith('.'))
          seen.add(posix.join(posix.dirname(module), specifier).replace(/\.js$/, ''))
        else needed.add(packageOf(specifier))
      }
    }
    expect([...needed].toSorted()).toEqual(packages)
  },
)

describe('"use client"', () => {
  const says = (module: string) => built(module).directive === 0

  test('stands first in the entries of the app, and in no entry that a server imports', () => {
    const ofTheApp = ['index', 'react-native', 'stream-chat-react']
    expect(ofTheApp.filter(says)).toEqual(ofTheApp)
    expect(['core', 'server', 'testing'].filter(says)).toEqual([])
  })

  test('stands where React runs, and in nothing of core, server or testing', () => {
    const folders = new Set(
      builtModules()
        .filter(says)
        .map((module) => module.split('/')[0]),
    )
    const entries = ['index', 'react-native', 'stream-chat-react']
    const rooms = ['react', 'native', 'components', 'streamChatReact']
    expect(folders).toEqual(new Set([...entries, ...rooms]))
  })

  test('is kept by the build in every module that uses React', () => {
    const lost = builtModules().filter((module) => built(module).client !== null && !says(module))
    expect(lost).toEqual([])
  })
})
