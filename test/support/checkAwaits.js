import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

/**
 * Rule 1 of races, in src/core: after every `await`, code proves that it is still wanted before it does
 * anything else; and the app's callbacks are called through the outbox alone, where nothing goes on after
 * the call.
 * @typedef {{ file: string, line: number, message: string }} Problem
 */

/** The statements that prove it; `isLatest` in the test of an `if`. */
const proofs = ['ensureAlive', 'ensureLatest']

/** What the app gives to be called. */
const appCallbacks = [
  'onEvent',
  'confirmEnd',
  'beforeSessionEnd',
  'afterSessionEnd',
  'getToken',
  'listener',
]

const isFunction = (/** @type {any} */ node) => /Function/.test(node.type)
const isLoop = (/** @type {any} */ node) => /^(?:For|While|DoWhile)/.test(node.type)

/**
 * @param {string} file
 * @param {string} text
 * @returns {Problem[]}
 */
export function checkAwaits(file, text) {
  const { program, errors } = parseSync(file, text)
  if (errors[0]) throw new SyntaxError(`${file}: ${errors[0].message}`)
  /** @type {Problem[]} */
  const problems = []
  const report = (/** @type {any} */ node, /** @type {string} */ message) =>
    problems.push({ file, line: text.slice(0, node.start).split('\n').length, message })

  visit(program, [], (node, ancestors) => {
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) {
      const fault = faultOf(node, ancestors)
      if (fault) report(node, fault)
    }
    if (node.type === 'CallExpression' && appCallbacks.includes(nameOf(node.callee))) {
      const isTold = ancestors.some(
        (above) => above.type === 'CallExpression' && nameOf(above.callee) === 'tell',
      )
      if (!isTold) report(node, `\`${nameOf(node.callee)}\` is the app's: call it in outbox.tell`)
    }
  })
  return problems
}

/**
 * @param {any} node an await
 * @param {any[]} ancestors outermost first
 */
function faultOf(node, ancestors) {
  const at = ancestors.findLastIndex((above) => /Statement$|VariableDeclaration/.test(above.type))
  const statement = ancestors[at]
  if (!isAlone(node, statement)) {
    return 'an await stands alone: `await x`, `const y = await x` or `return await x`'
  }
  const inTry = findTry(ancestors.slice(0, at + 1))
  if (inTry && !isProof(inTry.handler?.body.body[0]) && inTry.handler?.body.body.length) {
    return 'the catch of a try that awaits begins with a proof (ensureAlive, ensureLatest)'
  }
  if (statement.type === 'ReturnStatement') return null
  const next = nextOf(ancestors.slice(0, at), statement)
  if (next === 'end' || isProof(next)) return null
  return 'an await is followed by a proof (ensureAlive, ensureLatest), a return or the end'
}

/** @param {any} node @param {any} statement */
function isAlone(node, statement) {
  if (statement?.type === 'ExpressionStatement') return statement.expression === node
  if (statement?.type === 'ReturnStatement') return statement.argument === node
  if (statement?.type !== 'VariableDeclaration') return false
  return statement.declarations.length === 1 && statement.declarations[0].init === node
}

/** The try whose block this is in, within the same function. @param {any[]} ancestors */
function findTry(ancestors) {
  for (let at = ancestors.length - 1; at > 0 && !isFunction(ancestors[at]); at--) {
    if (ancestors[at - 1].type === 'TryStatement' && ancestors[at - 1].block === ancestors[at]) {
      return ancestors[at - 1]
    }
  }
  return null
}

/**
 * The statement that runs next; 'end' where the function ends, undefined where a loop begins again.
 * @param {any[]} ancestors @param {any} statement
 */
function nextOf(ancestors, statement) {
  let inner = statement
  for (const above of ancestors.toReversed()) {
    if (isLoop(above)) return undefined
    if (isFunction(above)) return 'end'
    if (above.type === 'BlockStatement' || above.type === 'Program') {
      const next = above.body[above.body.indexOf(inner) + 1]
      if (next) return next
    }
    inner = above
  }
  return 'end'
}

/** @param {any} statement */
function isProof(statement) {
  if (!statement) return false
  if (['ReturnStatement', 'ThrowStatement'].includes(statement.type)) return true
  if (statement.type === 'IfStatement') {
    let asks = false
    visit(statement.test, [], (node) => {
      if (node.type === 'CallExpression' && nameOf(node.callee) === 'isLatest') asks = true
    })
    return asks
  }
  const call = statement.type === 'ExpressionStatement' ? statement.expression : null
  return call?.type === 'CallExpression' && proofs.includes(nameOf(call.callee))
}

/** @param {any} callee */
function nameOf(callee) {
  return callee?.property?.name ?? callee?.name ?? ''
}

/**
 * @param {any} node @param {any[]} ancestors
 * @param {(node: any, ancestors: any[]) => void} see
 */
function visit(node, ancestors, see) {
  const isNode = typeof node?.type === 'string'
  if (isNode) see(node, ancestors)
  const within = isNode ? [...ancestors, node] : ancestors
  for (const child of Object.values(node)) {
    if (typeof child === 'object' && child !== null) visit(child, within, see)
  }
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
  const core = join(root, 'src/core')
  const problems = readdirSync(core, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) => checkAwaits(relative(root, path), readFileSync(path, 'utf8')))
  for (const { file, line, message } of problems) console.error(`${file}:${line}: ${message}`)
  if (problems.length > 0) process.exitCode = 1
  else console.log('In core, every await is followed by a proof that its session still counts.')
}
