import type { StateChange } from './readEffect.js'
import {
  bindingOf,
  child,
  children,
  isInside,
  memberOf,
  withoutCasts,
  type Path,
} from './syntax.js'

interface Names {
  client: string
  flag: StateChange | null
  isRef: boolean
}

/** The statement after which the client is there: `if (!client) return <Loading />`. */
export function guardFor(component: Path, names: Names): Path | null {
  const statements = children(child(component, 'body'), 'body')
  return statements.find((path) => isGuard(path, names)) ?? null
}

function isGuard(path: Path, names: Names): boolean {
  if (!path.isIfStatement() || path.node.alternate || !returns(child(path, 'consequent')))
    return false
  return isWithout(child(path, 'test'), names)
}

function returns(path: Path): boolean {
  if (path.isReturnStatement() || path.isThrowStatement()) return true
  const last = path.isBlockStatement() ? children(path, 'body').at(-1) : undefined
  return last ? returns(last) : false
}

/** Whether a test is true as long as there is no client. */
function isWithout(path: Path, names: Names): boolean {
  if (path.isLogicalExpression({ operator: '||' })) {
    return isWithout(child(path, 'left'), names) || isWithout(child(path, 'right'), names)
  }
  const { flag } = names
  if (path.isUnaryExpression({ operator: '!' })) {
    const argument = child(path, 'argument')
    return (
      (argument.isIdentifier({ name: names.client }) && !names.isRef) ||
      (flag?.value === true && bindingOf(argument) === flag.binding)
    )
  }
  if (path.isBinaryExpression()) {
    const isSame = path.node.operator === '===' || path.node.operator === '=='
    const right = child(path, 'right')
    const isEmpty = right.isNullLiteral() || right.isIdentifier({ name: 'undefined' })
    return isSame && isEmpty && child(path, 'left').isIdentifier({ name: names.client })
  }
  return flag?.value === false && bindingOf(path) === flag.binding
}

/** Whether the client is there at a use: after the guard, or under a test of the state that says so. */
export function isGuarded(use: Path, guard: Path | null, flag: StateChange | null): boolean {
  // A function declaration is hoisted: it may be called above the guard.
  const isHoisted = use.findParent((path) => path.isFunctionDeclaration() && isAfter(path, guard))
  if (guard && isAfter(use, guard) && !isHoisted) return true
  return flag !== null && use.findParent((path) => isUnderFlag(use, path, flag)) !== null
}

const isAfter = (path: Path, guard: Path | null) =>
  guard !== null && (path.node.start ?? 0) >= (guard.node.end ?? 0)

function isUnderFlag(use: Path, path: Path, { binding, value }: StateChange): boolean {
  if (!path.isLogicalExpression({ operator: '&&' }) && !path.isConditionalExpression()) return false
  const isTernary = path.isConditionalExpression()
  const test = child(path, isTernary ? 'test' : 'left')
  const isNegated = test.isUnaryExpression({ operator: '!' })
  const name = isNegated ? child(test, 'argument') : test
  if (bindingOf(name) !== binding) return false
  const isThere = value !== isNegated
  const branch = isTernary ? (isThere ? 'consequent' : 'alternate') : 'right'
  return (isTernary || isThere) && isInside(use, child(path, branch))
}

/** Whether a use only asks whether there is a client, which null and undefined answer alike. */
export function isAskedWhetherThere(use: Path): boolean {
  const parent = use.parentPath
  if (!parent) return false
  if (parent.isUnaryExpression({ operator: '!' })) return true
  if (parent.isLogicalExpression()) return use.key === 'left' && parent.node.operator === '&&'
  if (parent.isOptionalMemberExpression()) return memberOf(parent)?.object.node === use.node
  return (parent.isIfStatement() || parent.isConditionalExpression()) && use.key === 'test'
}

/** The `return` with JSX that a component ends with, before which a guard can be put. */
export function lastReturn(component: Path): Path | null {
  const last = children(child(component, 'body'), 'body').at(-1)
  if (!last?.isReturnStatement() || !last.node.argument) return null
  const value = withoutCasts(child(last, 'argument'))
  return value.isJSXElement() || value.isJSXFragment() ? last : null
}
