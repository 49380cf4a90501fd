import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageOf, readModule } from './readModule.js'
import { roomOf, ruleOf } from './rooms.js'

/**
 * The rules of DESIGN.md, section 4. A layer may import itself, where its rooms have no rule.
 * @typedef {object} Layer
 * @property {string} rule what a problem's message says
 * @property {string[]} [layers] whose values and types it may import
 * @property {string[]} [types] layers of which it may import types only
 * @property {string[]} [modules] single modules it may import as well, without extension
 * @property {string[]} [packages]
 */

/** @type {Record<string, Layer>} */
const folders = {
  core: { rule: 'core imports nothing outside itself' },
  browser: { rule: 'browser imports core', layers: ['core'] },
  native: {
    rule: 'native imports core, react, React Native, and of browser what both have in common',
    layers: ['core', 'react'],
    modules: ['browser/commonEnvironment'],
    packages: ['react', 'react-native', '@react-native-community/netinfo'],
  },
  connectors: {
    rule: 'connectors import core, and streamChat the client that it connects',
    layers: ['core'],
  },
  server: {
    rule: 'server imports jose, and from core only types and the error table',
    types: ['core'],
    modules: ['core/errors'],
    packages: ['jose'],
  },
  testing: {
    rule: 'testing imports core, server and jose',
    layers: ['core', 'server'],
    packages: ['jose'],
  },
  react: {
    rule: 'react imports core, browser, React and TanStack Query',
    layers: ['core', 'browser'],
    packages: ['react', '@tanstack/react-query'],
  },
  components: {
    rule: 'components import react, React, and from core only types',
    layers: ['react'],
    types: ['core'],
    packages: ['react'],
  },
  streamChatReact: {
    rule: "streamChatReact imports core, browser, react, React, stream-chat's connector and its types",
    layers: ['core', 'browser', 'react'],
    modules: ['connectors/streamChat/streamChatConnector'],
    packages: ['react', 'stream-chat'],
  },
  cli: {
    rule: 'cli imports Node and @babel/core, and nothing of the library',
    packages: ['node:fs', 'node:module', 'node:path', 'node:url', '@babel/core'],
  },
  devtools: {
    rule: 'devtools import react, React, and from core only types',
    layers: ['react'],
    types: ['core'],
    packages: ['react', '@tanstack/react-query'],
  },
}

/** An entry's reach is its users' bundle: /core without React, /server without the client. */
const entries = {
  index: ['core', 'browser', 'connectors', 'react', 'components'],
  core: ['core', 'browser', 'connectors'],
  'react-native': ['core', 'native', 'connectors', 'react', 'components/ChatAuthGate'],
  server: ['server', 'core'],
  testing: ['testing', 'core'],
  'stream-chat': ['connectors'],
  'stream-chat-react': ['streamChatReact'],
  devtools: ['devtools'],
}

/**
 * The entries a server component may import and get a client boundary. Frameworks look for the
 * directive in the module that was imported; a directive further in would not cover its siblings.
 */
const clientEntries = ['index', 'react-native', 'stream-chat-react', 'devtools']
const clientFolders = ['react', 'native', 'components', 'streamChatReact', 'devtools']

/** @typedef {{ file: string, line: number, message: string }} Problem */

/** @typedef {import('./readModule.js').Module} Module */

/**
 * Checks every module under `src`: imports point inward only, entries are lists of names, and
 * "use client" stands where a module needs it and nowhere else.
 * @param {string} src
 * @returns {Problem[]}
 */
export function checkImports(src) {
  return modulesIn(src).flatMap((path) => {
    const file = relative(src, path).split(sep).join('/')
    const text = readFileSync(path, 'utf8')
    const module = readModule(file, text)
    /** @type {(start: number, message: string) => Problem} */
    const problem = (start, message) => ({
      file: `src/${file}`,
      line: text.slice(0, start).split('\n').length,
      message,
    })
    return [
      ...importProblems(src, file, module.imports, problem),
      ...(isEntry(file) ? entryProblems(module, problem) : []),
      ...directiveProblems(file, module, problem),
    ]
  })
}

/**
 * @param {string} src
 * @param {string} file
 * @param {Module['imports']} imports
 * @param {(start: number, message: string) => Problem} problem
 */
function importProblems(src, file, imports, problem) {
  const from = layerOf(file)
  const room = isEntry(file) ? null : ruleOf(roomOf(nameOf(file)))
  return imports.flatMap(({ specifier, isType, start }) => {
    if (!specifier.startsWith('.')) {
      const packages = [...(from.packages ?? []), ...(room?.packages ?? [])]
      if (packages.includes(packageOf(specifier))) return []
      return [problem(start, `imports the package '${packageOf(specifier)}', but ${from.rule}`)]
    }
    const target = targetOf(src, file, specifier)
    if (target === null) return [problem(start, `imports '${specifier}', which is no file of src`)]
    const layer = target.includes('/') ? (target.split('/')[0] ?? '') : ''
    const isInside = !isEntry(file) && layer === file.split('/')[0]
    const isAllowed = isInside
      ? mayImport(room, roomOf(nameOf(file)), target, isType)
      : from.layers?.includes(layer) ||
        from.modules?.includes(target) ||
        (isType && from.types?.includes(layer))
    if (isAllowed) return []
    const { rule } = (isInside && room) || from
    return [problem(start, `imports ${isType ? 'types from ' : ''}${target}, but ${rule}`)]
  })
}

/**
 * Whether a module of a room may import this one, of the same layer.
 * @param {import('./rooms.js').Room | null} room
 * @param {string} name
 * @param {string} target
 * @param {boolean} isType
 */
function mayImport(room, name, target, isType) {
  const other = roomOf(target)
  return (
    room === null ||
    other === name ||
    room.rooms?.includes(other) ||
    room.modules?.includes(target) ||
    (isType && room.types?.includes(other))
  )
}

/**
 * @param {Module} module
 * @param {(start: number, message: string) => Problem} problem
 */
function entryProblems(module, problem) {
  return module.notReExports.map((start) =>
    problem(start, 'an entry contains named re-exports and nothing else'),
  )
}

/**
 * @param {string} file
 * @param {Module} module
 * @param {(start: number, message: string) => Problem} problem
 */
function directiveProblems(file, { directive, client }, problem) {
  const [folder = ''] = file.split('/')
  const isClient = isEntry(file)
    ? clientEntries.includes(nameOf(file))
    : clientFolders.includes(folder) && client !== null
  if (isClient && directive === null) {
    const why = client ?? 'this entry exports hooks and components'
    return [problem(0, `lacks 'use client' as its first statement: ${why}`)]
  }
  if (!isClient && directive !== null) {
    const why = clientFolders.includes(folder)
      ? 'this module uses no hook, no JSX and nothing of React'
      : `${isEntry(file) ? 'this entry' : folder} must run on a server too`
    return [problem(directive, `must not say 'use client': ${why}`)]
  }
  return []
}

/** @param {string} file */
function isEntry(file) {
  return !file.includes('/')
}

/** @param {string} file */
export function nameOf(file) {
  return file.replace(/(?:\.d)?\.tsx?$/, '')
}

/** @param {string} file */
function layerOf(file) {
  const name = isEntry(file) ? nameOf(file) : (file.split('/')[0] ?? '')
  /** @type {Layer | undefined} */
  const layer = isEntry(file)
    ? entryLayer(name, /** @type {Record<string, string[]>} */ (entries)[name])
    : folders[name]
  if (layer === undefined) {
    throw new Error(`src/${file}: give '${name}' its rule in test/support/checkImports.js`)
  }
  return layer
}

/**
 * @param {string} name
 * @param {string[] | undefined} layers
 * @returns {Layer | undefined}
 */
function entryLayer(name, layers) {
  const rule = `the entry '${name}' re-exports only ${layers?.join(', ')}`
  // A name with a slash is a single module; it is in the list of layers as well, where it means nothing.
  return layers && { rule, layers, modules: layers.filter((layer) => layer.includes('/')) }
}

/**
 * The module a relative specifier names, as its path in src without extension; null if there is none.
 * @param {string} src
 * @param {string} file
 * @param {string} specifier
 */
export function targetOf(src, file, specifier) {
  const path = posix.join(posix.dirname(file), specifier)
  const name = path.replace(/\.js$/, '')
  const isThere = [path, `${name}.ts`, `${name}.tsx`].some((candidate) => {
    const full = join(src, candidate)
    return existsSync(full) && statSync(full).isFile()
  })
  return path.startsWith('..') || !isThere ? null : name
}

/** @param {string} folder */
export function modulesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
  const problems = checkImports(join(root, 'src'))
  for (const { file, line, message } of problems) console.error(`${file}:${line}: ${message}`)
  if (problems.length > 0) process.exitCode = 1
  else console.log('Imports point inward only, and "use client" stands where it belongs.')
}
