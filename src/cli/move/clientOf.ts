import type { NodePath, types as t } from '@babel/core'
import { Unsure } from './reasons.js'
import {
  bindingOf,
  child,
  children,
  declarationOf,
  isCreation,
  isHookCall,
  isInside,
  memberOf,
  resultOf,
  type Binding,
  type Path,
  withoutCasts,
} from './syntax.js'

/** The client that an effect connects: how it is created, and under which name. */
export interface ClientSource {
  binding: Binding
  /** `client.current` stands for the client, not `client`. */
  isRef: boolean
  statement: Path
  creation: NodePath<t.CallExpression | t.NewExpression>
  apiKey: Path
  options: Path | null
  /** Where it is created. */
  place: 'effect' | 'component' | 'module'
}

/** Follows the object of `connectUser` to where it is created. */
export function clientOf(object: Path, effect: Path, component: Path): ClientSource {
  const member = memberOf(object)
  const isRef = member?.name === 'current'
  const name = isRef && member ? member.object : object
  const binding = bindingOf(name)
  const declaration = binding && declarationOf(binding)
  if (!binding || !declaration?.init) throw new Unsure(object, 'other-client')
  const { statement, id, init } = declaration
  const creation = creationIn(init, id, isRef)
  if (!creation || binding.constantViolations.length > 0) throw new Unsure(object, 'other-client')
  const isAlone = children(statement, 'declarations').length === 1
  if (!isAlone || !statement.parentPath?.isBlock()) throw new Unsure(statement, 'declared-together')
  return {
    binding,
    isRef,
    statement,
    creation,
    ...argumentsOf(creation),
    place: placeOf(statement, effect, component),
  }
}

/** The creation in `creation`, `useMemo(() => creation, [])`, `useState(() => creation)`, `useRef(creation)`. */
function creationIn(init: Path, id: Path, isRef: boolean) {
  if (isRef || !id.isIdentifier()) {
    const isState = id.isArrayPattern() && id.node.elements.length === 1
    const isHook = isRef ? isHookCall(init, 'useRef') : isState && isHookCall(init, 'useState')
    return isHook ? creationFrom(init) : null
  }
  return isHookCall(init, 'useMemo') ? creationFrom(init) : isCreation(init) ? init : null
}

function creationFrom(hook: Path) {
  const [argument] = children(hook, 'arguments')
  const result = argument && resultOf(withoutCasts(argument))
  return result && isCreation(result) ? result : null
}

function argumentsOf(creation: Path): { apiKey: Path; options: Path | null } {
  const [apiKey, ...others] = children(creation, 'arguments')
  const given = others.filter((path) => !path.isIdentifier({ name: 'undefined' }))
  if (!apiKey || !apiKey.isExpression()) throw new Unsure(creation, 'arguments-from-effect')
  const [options = null] = given
  if (given.length > 1 || (options && !isOptions(options))) {
    throw new Unsure(creation, 'secret-in-app')
  }
  return { apiKey, options }
}

/** `getInstance(key, secret)` looks the same, so that only what is an object for certain is taken. */
function isOptions(path: Path): boolean {
  if (withoutCasts(path).isObjectExpression()) return true
  const binding = bindingOf(path)
  const init = binding && declarationOf(binding)?.init
  return Boolean(init?.isObjectExpression())
}

function placeOf(statement: Path, effect: Path, component: Path): ClientSource['place'] {
  if (isInside(statement, effect)) return 'effect'
  if (statement.parentPath === child(component, 'body')) return 'component'
  if (statement.parentPath?.isProgram()) return 'module'
  throw new Unsure(statement, 'client-shared')
}
