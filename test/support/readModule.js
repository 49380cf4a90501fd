import { parseSync } from 'vite'

/** @typedef {{ specifier: string, isType: boolean, start: number }} Import */

/**
 * What the rules ask of a module; positions are offsets into its text.
 * @typedef {object} Module
 * @property {Import[]} imports
 * @property {number[]} notReExports
 * @property {number | null} directive where it says "use client"
 * @property {string | null} client why it needs to
 */

/**
 * Reads it with the parser that Vite builds with: TypeScript 7 has no stable one of its own.
 * @param {string} file
 * @param {string} text
 * @returns {Module}
 */
export function readModule(file, text) {
  const { program, errors } = parseSync(file, text)
  if (errors[0]) throw new SyntaxError(`src/${file}: ${errors[0].message}`)
  /** @type {Module} */
  const module = { imports: [], notReExports: [], directive: null, client: null }
  for (const statement of program.body) {
    if ('directive' in statement && statement.directive === 'use client') {
      module.directive = statement.start
    } else if (statement.type !== 'ExportNamedDeclaration' || statement.source === null) {
      module.notReExports.push(statement.start)
    }
  }
  visit(program, (node) => {
    const found = importOf(node)
    if (found) module.imports.push(found)
    module.client ??= clientUse(node, found)
  })
  return module
}

/**
 * Static and dynamic imports, re-exports, `import x = require()` and `import('…').Type`.
 * @param {any} node
 * @returns {Import | null}
 */
function importOf(node) {
  const source = node.type === 'TSExternalModuleReference' ? node.expression : node.source
  if (typeof source?.value !== 'string') return null
  const names = (node.specifiers ?? []).map(
    (/** @type {any} */ name) => name.importKind ?? name.exportKind,
  )
  const isType =
    node.type === 'TSImportType' ||
    (node.importKind ?? node.exportKind) === 'type' ||
    (names.length > 0 && names.every((/** @type {string} */ kind) => kind === 'type'))
  return { specifier: source.value, isType, start: node.start }
}

/**
 * Why a module with this node runs only in a client, if it does.
 * @param {any} node
 * @param {Import | null} found
 */
function clientUse(node, found) {
  if (found && !found.isType && packageOf(found.specifier) === 'react') {
    return 'it imports from react'
  }
  if (node.type === 'JSXElement' || node.type === 'JSXFragment') return 'it contains JSX'
  const callee = node.type === 'CallExpression' ? (node.callee.property ?? node.callee).name : ''
  // A method of this name is anyone's: `interceptors.request.use(…)`.
  const isHook = /^use[A-Z]/.test(callee ?? '') || node.callee?.name === 'use'
  return isHook ? `it calls ${callee}` : null
}

/**
 * @param {any} node
 * @param {(node: any) => void} see
 */
function visit(node, see) {
  if (typeof node?.type === 'string') see(node)
  for (const child of Object.values(node)) {
    if (typeof child === 'object' && child !== null) visit(child, see)
  }
}

/** @param {string} specifier */
export function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
