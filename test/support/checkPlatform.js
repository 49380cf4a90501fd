import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'
import { modulesIn } from './checkImports.js'

/**
 * Names of the language that the oldest engine has which the library runs in: Hermes 0.12. Newer ones are
 * allowed below, in the one module that looks whether they are there.
 */
const language = [
  'undefined NaN Infinity globalThis arguments isNaN parseInt decodeURIComponent encodeURIComponent',
  'Object Array String Number Boolean Symbol RegExp Date Math JSON Map Set WeakMap WeakSet',
  'Promise Proxy Reflect Error TypeError RangeError ArrayBuffer Uint8Array',
].flatMap((names) => names.split(' '))

/**
 * The platform's names that each room may use, besides the language. A name with a question mark is not
 * everywhere: its room asks before it uses it, with `typeof` or as a field of `globalThis`.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const platform = {
  core: [],
  'core/tools/weakRef': ['WeakRef?'],
  connectors: ['fetch', 'Headers'],
  'connectors/http/httpTokenProvider': [
    'fetch',
    'Headers',
    'AbortController',
    'setTimeout',
    'clearTimeout',
  ],
  'connectors/http/httpConnector': ['WebSocket?'],
  'connectors/protocol/address': ['URL?'],
  'connectors/protocol/takeBody': ['Blob?'],
  'connectors/protocol/replayableBody': ['ReadableStream?', 'Response?'],
  'connectors/protocol/requestSignals': ['AbortSignal?'],
  'connectors/streamChat/restingClient': ['clearInterval'],
  react: ['setTimeout', 'clearTimeout', 'AbortController'],
  native: ['require'],
  'browser/commonEnvironment': [
    'performance?',
    'AbortController',
    'setTimeout',
    'clearTimeout',
    'console',
    'process?',
  ],
  'components/ChatAuthGate': [],
}

/** @typedef {{ file: string, line: number, message: string }} Problem */

/**
 * Finds the globals in the modules that React Native runs, and reports those that are in no list.
 * @param {string} src
 * @returns {Problem[]}
 */
export function checkPlatform(src) {
  return modulesIn(src).flatMap((path) => {
    const file = relative(src, path).split(sep).join('/')
    const allowed = namesFor(file.replace(/\.tsx?$/, ''))
    if (allowed === null || file.endsWith('.d.ts')) return []
    const text = readFileSync(path, 'utf8')
    return globalsIn(file, text)
      .filter(({ name }) => !allowed.has(name))
      .map(({ name, start }) => ({
        file: `src/${file}`,
        line: text.slice(0, start).split('\n').length,
        message: `uses '${name}', which is not among the names in test/support/checkPlatform.js`,
      }))
  })
}

/**
 * @param {string} module
 * @returns {ReadonlySet<string> | null} null for a module that React Native does not run
 */
function namesFor(module) {
  const folder = module.split('/')[0] ?? ''
  const names = [platform[folder], platform[module]].flatMap((list) => list ?? [])
  if (!(folder in platform) && !(module in platform)) return null
  return new Set([...language, ...names.map((name) => name.replace('?', ''))])
}

/**
 * The names that a module uses and neither declares nor imports: in expressions, and as fields of
 * `globalThis`. Types are not included.
 * @param {string} file
 * @param {string} text
 */
export function globalsIn(file, text) {
  const { program } = parseSync(file, text)
  /** @type {Set<string>} */
  const declared = new Set()
  /** @type {{ name: string, start: number }[]} */
  const used = []
  visit(program, null, '', declared, used)
  return used.filter(({ name }) => !declared.has(name))
}

/** Keys under which an identifier declares a name, by the type of its parent. */
const declaring = new Set([
  'params',
  'param',
  'id',
  'local',
  'elements',
  'argument',
  'left',
  'value',
])

/**
 * @param {any} node
 * @param {any} parent
 * @param {string} key of the node in its parent
 * @param {Set<string>} declared
 * @param {{ name: string, start: number }[]} used
 * @param {boolean} [isPattern] whether the node is part of what a declaration binds
 */
function visit(node, parent, key, declared, used, isPattern = false) {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, parent, key, declared, used, isPattern)
    return
  }
  if (typeof node?.type !== 'string') return
  if (/^TS(?!AsExpression|NonNull|Satisfies|Parameter)/.test(node.type)) return
  if (node.declare === true) return
  if (node.type === 'Identifier') {
    if (isPattern) declared.add(node.name)
    else if (!isLabel(parent, key)) used.push({ name: node.name, start: node.start })
    return
  }
  const field = fieldOfGlobalThis(node)
  if (field) used.push(...field)
  for (const [name, child] of Object.entries(node)) {
    const binds =
      (isPattern &&
        declaring.has(name) &&
        !(node.type === 'AssignmentPattern' && name !== 'left')) ||
      (isPattern && name === 'properties') ||
      name === 'params' ||
      name === 'param' ||
      name === 'parameter' ||
      name === 'local' ||
      (name === 'id' && /Declarator|Declaration|Expression/.test(node.type))
    const isNested = isPattern && node.type === 'AssignmentPattern' && name === 'right'
    visit(child, node, name, declared, used, binds && !isNested)
  }
}

/**
 * Whether an identifier is the name of a field and not of a variable.
 * @param {any} parent
 * @param {string} key
 */
function isLabel(parent, key) {
  const isField = key === 'property' || key === 'key'
  return (
    (isField && !parent.computed) ||
    ['imported', 'exported', 'label', 'meta'].includes(key) ||
    parent.type === 'MetaProperty'
  )
}

/**
 * `globalThis.x`, and the names of `const { x } = globalThis`.
 * @param {any} node
 * @returns {{ name: string, start: number }[] | null}
 */
function fieldOfGlobalThis(node) {
  if (node.type === 'MemberExpression' && node.object.name === 'globalThis') {
    return [{ name: `${node.property.name}`, start: node.start }]
  }
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'ObjectPattern') return null
  const from = node.init?.type === 'TSAsExpression' ? node.init.expression : node.init
  if (from?.name !== 'globalThis') return null
  return node.id.properties.map((/** @type {any} */ { key, start }) => ({ name: key.name, start }))
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
  const problems = checkPlatform(join(root, 'src'))
  for (const { file, line, message } of problems) console.error(`${file}:${line}: ${message}`)
  if (problems.length > 0) process.exitCode = 1
  else console.log('Every module uses only what its platforms have.')
}
