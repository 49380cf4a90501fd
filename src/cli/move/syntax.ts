import type { NodePath, types as t } from '@babel/core'

export type Path = NodePath<t.Node>
export type Binding = NonNullable<ReturnType<NodePath['scope']['getBinding']>>
export type Call = NodePath<t.CallExpression | t.OptionalCallExpression>
export type FunctionPath = NodePath<
  t.ArrowFunctionExpression | t.FunctionExpression | t.FunctionDeclaration
>

/** The path of a child, which the caller knows to be there. */
export const child = (path: Path, key: string): Path => path.get(key) as Path

export const children = (path: Path, key: string): Path[] => {
  const found = path.get(key)
  return Array.isArray(found) ? found : []
}

/** An expression without its `await`, `void`, casts and `!`, which change nothing about what it does. */
export function unwrap(path: Path): Path {
  if (path.isAwaitExpression() || path.isUnaryExpression({ operator: 'void' })) {
    return unwrap(child(path, 'argument'))
  }
  return withoutCasts(path)
}

export function withoutCasts(path: Path): Path {
  const isCast =
    path.isTSAsExpression() ||
    path.isTSNonNullExpression() ||
    path.isTSSatisfiesExpression() ||
    path.isParenthesizedExpression()
  return isCast ? withoutCasts(child(path, 'expression')) : path
}

export function isCall(path: Path): path is Call {
  return path.isCallExpression() || path.isOptionalCallExpression()
}

export function isFunction(path: Path): path is FunctionPath {
  return (
    path.isArrowFunctionExpression() || path.isFunctionExpression() || path.isFunctionDeclaration()
  )
}

/** Object and name of `object.name` and `object?.name`. */
export function memberOf(path: Path): { object: Path; name: string } | null {
  if (!path.isMemberExpression() && !path.isOptionalMemberExpression()) return null
  const property = path.node.property
  if (path.node.computed || property.type !== 'Identifier') return null
  return { object: withoutCasts(child(path, 'object')), name: property.name }
}

/** Object and name of a call of a method. */
export function methodOf(path: Path): { object: Path; name: string } | null {
  return isCall(path) ? memberOf(child(path, 'callee')) : null
}

/** Binding of an identifier; null for another expression and for a global. */
export function bindingOf(path: Path): Binding | null {
  if (!path.isIdentifier()) return null
  return path.scope.getBinding(path.node.name) ?? null
}

export function isInside(path: Path, ancestor: Path): boolean {
  return path === ancestor || path.isDescendant(ancestor)
}

/** References, and assignments, outside of a part of the program. */
export function usesOutside(binding: Binding, ...parts: Path[]): Path[] {
  return [...binding.referencePaths, ...binding.constantViolations].filter(
    (use) => !parts.some((part) => isInside(use, part)),
  )
}

/** Declaration of a variable that is declared alone; null for a parameter, an import and others. */
export function declarationOf(binding: Binding): {
  statement: Path
  id: Path
  init: Path | null
  kind: string
} | null {
  const { path } = binding
  if (!path.isVariableDeclarator()) return null
  const statement = path.parentPath
  if (!statement?.isVariableDeclaration()) return null
  const init = path.node.init ? withoutCasts(child(path, 'init')) : null
  return { statement, id: child(path, 'id'), init, kind: statement.node.kind }
}

/** Whether a name is an import of a package under its own name. */
export function isImportOf(path: Path, source: string, name: string): boolean {
  const binding = bindingOf(path)
  const specifier = binding?.path
  if (!specifier?.isImportSpecifier()) return false
  const { imported } = specifier.node
  const isSource = specifier.parentPath?.isImportDeclaration()
    ? (specifier.parent as t.ImportDeclaration).source.value === source
    : false
  return isSource && (imported.type === 'Identifier' ? imported.name : imported.value) === name
}

/** Whether a call is one of a hook of React: `useState(…)` or `React.useState(…)`. */
export function isHookCall(path: Path | null, name: string): path is NodePath<t.CallExpression> {
  if (!path?.isCallExpression()) return false
  const callee = child(path, 'callee')
  const member = memberOf(callee)
  if (!member) return isImportOf(callee, 'react', name)
  const namespace = bindingOf(member.object)?.path
  return (
    member.name === name &&
    Boolean(namespace?.isImportDefaultSpecifier() || namespace?.isImportNamespaceSpecifier()) &&
    (namespace?.parent as t.ImportDeclaration | undefined)?.source.value === 'react'
  )
}

/** `StreamChat.getInstance(…)` or `new StreamChat(…)`. */
export function isCreation(path: Path): path is NodePath<t.CallExpression | t.NewExpression> {
  if (path.isNewExpression()) return isImportOf(child(path, 'callee'), 'stream-chat', 'StreamChat')
  const method = methodOf(path)
  return (
    path.isCallExpression() &&
    method?.name === 'getInstance' &&
    isImportOf(method.object, 'stream-chat', 'StreamChat')
  )
}

/** Expression that a function returns and that is all it does; the path itself if it is no function. */
export function resultOf(path: Path): Path {
  if (!isFunction(path)) return path
  const body = child(path, 'body')
  if (!body.isBlockStatement()) return withoutCasts(body)
  const [only, ...others] = children(body, 'body')
  const isReturn = only?.isReturnStatement() && others.length === 0 && only.node.argument
  return isReturn ? withoutCasts(child(only as Path, 'argument')) : path
}

const managedCalls = new Set([
  'connectUser',
  'disconnectUser',
  'disconnect',
  'setUser',
  'setGuestUser',
  'connectAnonymousUser',
  'setAnonymousUser',
])

/** Whether a use of a client calls what a managed client rejects. */
export function isManagedCall(use: Path): boolean {
  const member = use.parentPath && memberOf(use.parentPath)
  return Boolean(member && member.object.node === use.node && managedCalls.has(member.name))
}
