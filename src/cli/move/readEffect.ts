import { Unsure } from './reasons.js'
import { clientOf, type ClientSource } from './clientOf.js'
import {
  bindingOf,
  child,
  children,
  declarationOf,
  isCall,
  isCreation,
  isFunction,
  isHookCall,
  isInside,
  memberOf,
  methodOf,
  unwrap,
  usesOutside,
  type Binding,
  type Call,
  type FunctionPath,
  type Path,
} from './syntax.js'

/** A variable of `useState` that the effect sets. */
export interface StateChange {
  binding: Binding
  setter: Binding
  /** The client, or a boolean that says whether there is one. */
  value: 'client' | boolean
}

/** All that an effect of the known shape does. */
export interface EffectFacts {
  effect: Path
  client: ClientSource
  connect: Call
  disconnects: number
  states: StateChange[]
  /** Declarations before the connect, for its arguments. */
  preparations: Path[]
  logs: Path[]
}

type Mode = 'run' | 'cleanup'

/** Reads the effect around a `connectUser`. Throws `Unsure` at the first thing that is not of the shape. */
export function readEffect(connect: Call, effect: Path, component: Path): EffectFacts {
  const object = methodOf(connect)?.object
  const [setup] = children(effect, 'arguments')
  if (!object || !setup || !isFunction(setup)) throw new Unsure(connect, 'other-client')
  const client = clientOf(object, effect, component)
  const facts: EffectFacts = {
    effect,
    client,
    connect,
    disconnects: 0,
    states: [],
    preparations: [],
    logs: [],
  }
  readFunction(setup, 'run', facts)
  if (facts.disconnects === 0) throw new Unsure(connect, 'no-cleanup')
  return facts
}

function readFunction(path: Path, mode: Mode, facts: EffectFacts): void {
  const callback = isFunction(path) ? path : localFunction(path, facts)
  if (!callback) throw new Unsure(path, 'more-in-effect')
  const body = child(callback, 'body')
  if (body.isBlockStatement()) readStatements(children(body, 'body'), mode, facts)
  else readExpression(body, mode, facts)
}

function readStatements(statements: Path[], mode: Mode, facts: EffectFacts): void {
  for (const statement of statements) readStatement(statement, mode, facts)
}

function readStatement(path: Path, mode: Mode, facts: EffectFacts): void {
  if (path.isFunctionDeclaration() || path.isEmptyStatement()) return
  if (path.isBlockStatement()) return readStatements(children(path, 'body'), mode, facts)
  if (path.isExpressionStatement()) return readExpression(child(path, 'expression'), mode, facts)
  if (path.isVariableDeclaration()) return readDeclaration(path, mode, facts)
  if (path.isReturnStatement()) return readReturn(path, mode, facts)
  if (path.isIfStatement()) {
    if (!isKnownTest(child(path, 'test'), facts)) throw new Unsure(path, 'conditional')
    readStatement(child(path, 'consequent'), mode, facts)
    if (path.node.alternate) readStatement(child(path, 'alternate'), mode, facts)
    return
  }
  if (path.isTryStatement() && !path.node.finalizer) {
    readStatement(child(path, 'block'), mode, facts)
    return readHandler(child(child(path, 'handler'), 'body'), mode, facts)
  }
  throw new Unsure(path, 'more-in-effect')
}

function readDeclaration(path: Path, mode: Mode, facts: EffectFacts): void {
  for (const declarator of children(path, 'declarations')) {
    const init = declarator.has('init') ? unwrap(child(declarator, 'init')) : null
    if (init && (isCreation(init) || isFunction(init) || isFlag(declarator, facts))) continue
    if (init && containsConnect(init, facts)) readExpression(init, mode, facts)
    else if (mode === 'run' && path.isVariableDeclaration({ kind: 'const' })) {
      facts.preparations.push(path)
    } else throw new Unsure(path, 'more-in-effect')
  }
}

function readReturn(path: Path, mode: Mode, facts: EffectFacts): void {
  if (!path.has('argument')) return
  const argument = child(path, 'argument')
  const isOfEffect = path.getFunctionParent()?.parentPath === facts.effect
  if (isOfEffect) readFunction(argument, 'cleanup', facts)
  else readExpression(argument, mode, facts)
}

function readExpression(wrapped: Path, mode: Mode, facts: EffectFacts): void {
  const path = unwrap(wrapped)
  if (path.isLiteral() || path.isIdentifier({ name: 'undefined' })) return
  if (isPromiseOfConnect(path, facts)) return
  if (path.isAssignmentExpression({ operator: '=' })) {
    const flag = bindingOf(child(path, 'left'))
    if (flag && isFlag(flag.path, facts) && child(path, 'right').isBooleanLiteral()) return
  }
  if (path.isLogicalExpression({ operator: '&&' }) && isKnownTest(child(path, 'left'), facts)) {
    return readExpression(child(path, 'right'), mode, facts)
  }
  if (!isCall(path)) throw new Unsure(path, 'more-in-effect')
  readCall(path, mode, facts)
}

function readCall(path: Call, mode: Mode, facts: EffectFacts): void {
  const callee = child(path, 'callee')
  const method = methodOf(path)
  if (!method) {
    if (readSetter(path, mode, facts)) return
    return readFunction(callee, mode, facts)
  }
  if (isClient(method.object, facts)) return readClientCall(path, method.name, mode, facts)
  if (method.object.isIdentifier({ name: 'console' })) return
  const [first, second] = children(path, 'arguments')
  const isChain = isCall(method.object) || isPromiseOfConnect(method.object, facts)
  if (!isChain || !first) throw new Unsure(path, 'more-in-effect')
  readExpression(method.object, mode, facts)
  if (method.name === 'catch') return readHandler(first, mode, facts)
  if (method.name !== 'then' && method.name !== 'finally') throw new Unsure(path, 'more-in-effect')
  readFunction(first, mode, facts)
  if (second) readHandler(second, mode, facts)
}

function readClientCall(path: Call, name: string, mode: Mode, facts: EffectFacts): void {
  if (name === 'connectUser') {
    if (path.node !== facts.connect.node) throw new Unsure(path, 'two-connects')
    if (mode !== 'run') throw new Unsure(path, 'more-in-effect')
    return
  }
  const isGone = name === 'disconnectUser' && (mode === 'cleanup' || isUnderFlag(path, facts))
  if (!isGone) throw new Unsure(path, 'more-in-effect')
  if (mode === 'cleanup') facts.disconnects++
}

/** A failure that is at most logged: the hook names it on the console itself. */
function readHandler(path: Path, mode: Mode, facts: EffectFacts): void {
  // A person is told, because the log may have gone elsewhere than to a console.
  if (mode === 'run') facts.logs.push(path)
  if (memberOf(path)?.object.isIdentifier({ name: 'console' })) return
  const states = facts.states.length
  try {
    if (path.isBlockStatement()) readStatement(path, mode, facts)
    else readFunction(path, mode, facts)
  } catch {
    throw new Unsure(path, 'handles-failure')
  }
  if (facts.states.length > states) throw new Unsure(path, 'handles-failure')
}

/** `setClient(client)`, `setReady(true)`; in the cleanup also `setClient(null)`. */
function readSetter(path: Call, mode: Mode, facts: EffectFacts): boolean {
  const setter = bindingOf(child(path, 'callee'))
  const declaration = setter && declarationOf(setter)
  if (!setter || !declaration || !isHookCall(declaration.init, 'useState')) return false
  const [state, second] = children(declaration.id, 'elements')
  const binding = state && bindingOf(state)
  const isSetter = second?.isIdentifier() && second.node.name === setter.identifier.name
  if (!binding || !isSetter) throw new Unsure(path, 'state-has-more')
  const [argument] = children(path, 'arguments')
  const isEmpty =
    !argument || argument.isNullLiteral() || argument.isIdentifier({ name: 'undefined' })
  const value = argument?.isBooleanLiteral() ? argument.node.value : 'client'
  if (value === 'client' && !isEmpty && !isClient(argument, facts)) {
    throw new Unsure(path, 'state-has-more')
  }
  // What the cleanup sets, and an emptied client, is what the hook's null says.
  if (mode === 'run' && !isEmpty) facts.states.push({ binding, setter, value })
  return true
}

function isClient(path: Path, facts: EffectFacts): boolean {
  const { binding, isRef } = facts.client
  const member = isRef ? memberOf(path) : null
  if (isRef) return member?.name === 'current' && bindingOf(member.object) === binding
  return bindingOf(path) === binding
}

/** A test of whether the effect, or the client, is still wanted or there. */
function isKnownTest(path: Path, facts: EffectFacts): boolean {
  if (path.isUnaryExpression({ operator: '!' })) return isKnownTest(child(path, 'argument'), facts)
  if (path.isLogicalExpression()) {
    return isKnownTest(child(path, 'left'), facts) && isKnownTest(child(path, 'right'), facts)
  }
  const member = memberOf(path)
  if (member && (member.name === 'userID' || member.name === 'user')) {
    return isClient(member.object, facts)
  }
  const binding = bindingOf(path)
  return isClient(path, facts) || Boolean(binding && isFlag(binding.path, facts))
}

/** `let didUserConnectInterrupt = false`, used nowhere else. */
function isFlag(declarator: Path, { effect }: EffectFacts): boolean {
  if (!declarator.isVariableDeclarator() || !isInside(declarator, effect)) return false
  const id = child(declarator, 'id')
  const binding = id.isIdentifier() ? declarator.scope.getBinding(id.node.name) : null
  const isBoolean = declarator.has('init') && child(declarator, 'init').isBooleanLiteral()
  return Boolean(isBoolean && binding && usesOutside(binding, effect).length === 0)
}

function isUnderFlag(path: Path, facts: EffectFacts): boolean {
  return (
    path.findParent((parent) => parent.isIfStatement() && isInside(parent, facts.effect)) !== null
  )
}

function containsConnect(path: Path, { connect }: EffectFacts): boolean {
  return isInside(connect, path)
}

/** A variable of the effect that has the promise of the connect. */
function isPromiseOfConnect(path: Path, facts: EffectFacts): boolean {
  const binding = bindingOf(path)
  const init = binding && declarationOf(binding)?.init
  return Boolean(init && isInside(init, facts.effect) && containsConnect(init, facts))
}

/** A function of the effect, by its name. */
function localFunction(path: Path, { effect }: EffectFacts): FunctionPath | null {
  const found = bindingOf(path)?.path
  if (!found || !isInside(found, effect)) return null
  if (isFunction(found)) return found
  const init = found.isVariableDeclarator() && found.has('init') ? child(found, 'init') : null
  return init && isFunction(init) ? init : null
}
