import { indentAt, lineStart, removeStatements, type CodeStyle, type Edit } from './edits.js'
import { hookArguments } from './hookArguments.js'
import { guardFor, isAskedWhetherThere, isGuarded, lastReturn } from './guards.js'
import type { EffectFacts, StateChange } from './readEffect.js'
import { findingAt, Unsure, type Finding } from './reasons.js'
import {
  child,
  children,
  declarationOf,
  isHookCall,
  isManagedCall,
  isInside,
  memberOf,
  usesOutside,
  type Binding,
  type Path,
} from './syntax.js'

/** Edits that put the hook in the place of an effect, and what it needs to be imported. */
export interface Move {
  edits: Edit[]
  isDevToken: boolean
  notes: Finding[]
}

/** Throws `Unsure` where a use of the client would not be certain to work with the hook's answer. */
export function planMove(
  facts: EffectFacts,
  component: Path,
  text: string,
  style: CodeStyle,
): Move {
  const { effect, client, states } = facts
  const clientState = oneOf(
    states.filter(({ value }) => value === 'client'),
    facts,
  )
  const flagState = oneOf(
    states.filter(({ value }) => value !== 'client'),
    facts,
  )
  const given = clientState ? stateOf(clientState, effect, component) : null
  const flag = flagState ? stateOf(flagState, effect, component) : null
  const uses = usesOfClient(facts, clientState, component)
  const flagUses = flagState ? usesOutside(flagState.binding, effect) : []
  const managed = uses.find(isManagedCall)
  if (managed) throw new Unsure(managed, 'log-out')
  const name = nameFor(facts, clientState, component)

  const effectStatement = effect.parentPath as Path
  const replaced = [given, flag, client.statement, effectStatement].filter((path) => path !== null)
  const args = hookArguments(facts, text, style)
  const anchor = anchorFor(replaced, args.needs, component)
  const early = [...uses, ...flagUses].find((use) => startOf(use) < startOf(anchor))
  if (early) throw new Unsure(early, 'order-of-hooks')

  const guard = guardFor(component, { client: name, flag: flagState, isRef: client.isRef })
  const isSafe = (use: Path) => isGuarded(use, guard, flagState)
  const returned = given || flag || uses.every(isSafe) ? null : lastReturn(component)
  const unsafe = given ? undefined : uses.find((use) => !isSafe(use) && !isIn(use, returned))
  if (unsafe) throw new Unsure(unsafe, 'client-needed-early')

  const indent = indentAt(text, startOf(anchor))
  const isUndefined = Boolean(given && isUndefinedAtFirst(given))
  const asBefore = isUndefined && uses.some((use) => !isSafe(use) && !isAskedWhetherThere(use))
  const hook = `const ${name} = useCreateChatClient(${args.write(indent)})${asBefore ? ' ?? undefined' : ''}`
  const isThere = flagState
    ? `const ${flagState.binding.identifier.name} = ${name} ${flagState.value ? '!==' : '==='} null`
    : null
  const lines = [hook, isThere].filter((line) => line !== null)
  const code = lines.map((line) => line + style.semicolon).join(`\n${indent}`)
  const removed = [...new Set(replaced)]
    .filter(
      (path) => path !== anchor && (path === effectStatement || !isInside(path, effectStatement)),
    )
    .map((path): [number, number] => [startWithComments(path, text), endOf(path)])
  const edits = [
    { start: startOf(anchor), end: endOf(anchor), text: code },
    ...removeStatements(text, removed),
    ...(client.isRef && !clientState ? uses.map((use) => renamed(use, name)) : []),
    ...(returned ? [guardBefore(returned, name, text, style)] : []),
  ]
  const notes = facts.logs.map((log) => findingAt(log, 'log-removed'))
  return { edits, isDevToken: args.isDevToken, notes }
}

const startOf = (path: Path) => path.node.start ?? 0
const endOf = (path: Path) => path.node.end ?? 0
const isIn = (use: Path, part: Path | null) => part !== null && isInside(use, part)

function oneOf(changes: StateChange[], { effect }: EffectFacts): StateChange | null {
  const [first = null, ...others] = changes
  const isSame = others.every(
    ({ binding, value }) => binding === first?.binding && value === first.value,
  )
  if (!isSame) throw new Unsure(effect, 'state-has-more')
  return first
}

/** Declaration of a state that the effect alone sets, and that begins empty. */
function stateOf({ binding, setter, value }: StateChange, effect: Path, component: Path): Path {
  const declaration = declarationOf(binding)
  const { statement, init } = declaration ?? {}
  if (!statement || !init || !isHookCall(init, 'useState'))
    throw new Unsure(effect, 'state-has-more')
  const [initial] = children(init, 'arguments')
  const isEmpty = !initial || initial.isNullLiteral() || initial.isIdentifier({ name: 'undefined' })
  const isExpected =
    value === 'client' ? isEmpty : initial?.isBooleanLiteral({ value: !value }) === true
  const isAlone = children(statement, 'declarations').length === 1
  const isOwn = isAlone && statement.parentPath === child(component, 'body')
  if (!isExpected || !isOwn || usesOutside(setter, effect, statement).length > 0) {
    throw new Unsure(statement, 'state-has-more')
  }
  return statement
}

function isUndefinedAtFirst(state: Path): boolean {
  const declarator = children(state, 'declarations')[0] as Path
  const [initial] = children(child(declarator, 'init'), 'arguments')
  return !initial?.isNullLiteral()
}

/** Where the component uses the client. */
function usesOfClient(facts: EffectFacts, state: StateChange | null, component: Path): Path[] {
  const { client, effect } = facts
  const uses = usesOutside(client.binding, effect, client.statement)
  const [stray] = uses
  if (state) {
    if (stray) throw new Unsure(stray, 'client-shared')
    return usesOutside(state.binding, effect)
  }
  const outside = uses.find((use) => !isInside(use, component))
  if (outside) throw new Unsure(outside, 'client-shared')
  if (client.place === 'effect') throw new Unsure(client.creation, 'client-shared')
  if (!client.isRef) return uses
  return uses.map((use) => {
    const member = use.parentPath
    if (!member || memberOf(member)?.name !== 'current') throw new Unsure(use, 'client-shared')
    return member
  })
}

function nameFor(facts: EffectFacts, state: StateChange | null, component: Path): string {
  const { client } = facts
  if (state) return state.binding.identifier.name
  if (!client.isRef) return client.binding.identifier.name
  const isFree = (name: string) =>
    !component.scope.hasBinding(name) && !(name in component.scope.globals)
  return ['client', 'chatClient'].find(isFree) ?? `${client.binding.identifier.name}Client`
}

const renamed = (use: Path, name: string): Edit => ({
  start: startOf(use),
  end: endOf(use),
  text: name,
})

/** The first of the replaced statements where all that the hook needs is known. */
function anchorFor(replaced: Path[], needs: Binding[], component: Path): Path {
  const body = child(component, 'body')
  const candidates = replaced
    .filter((path) => path.parentPath === body)
    .toSorted((a, b) => startOf(a) - startOf(b))
  const isKnownAt = (binding: Binding, place: Path) => {
    if (replaced.some((path) => isInside(binding.path, path))) return false
    if (isVisibleFromOutside(binding, component)) return true
    if (binding.scope !== component.scope) return false
    return (
      binding.kind === 'param' ||
      binding.kind === 'hoisted' ||
      endOf(binding.path) <= startOf(place)
    )
  }
  const found = candidates.find((place) => needs.every((binding) => isKnownAt(binding, place)))
  if (!found) throw new Unsure(candidates.at(-1) ?? component, 'arguments-from-effect')
  return found
}

/** Whether a binding is declared around the component. */
function isVisibleFromOutside(binding: Binding, component: Path): boolean {
  let { parent: scope } = component.scope
  for (; scope; scope = scope.parent) if (scope === binding.scope) return true
  return false
}

/** Comments right above a removed statement are about it. */
function startWithComments(path: Path, text: string): number {
  let start = startOf(path)
  for (const { end = 0, start: from = 0 } of (path.node.leadingComments ?? []).toReversed()) {
    const isRightAbove = /^[^\S\n]*\n[^\S\n]*$/.test(text.slice(end ?? 0, start))
    const isOnOwnLine = text.slice(lineStart(text, from ?? 0), from ?? 0).trim() === ''
    if (!isRightAbove || !isOnOwnLine) break
    start = from ?? 0
  }
  return start
}

function guardBefore(returned: Path, name: string, text: string, style: CodeStyle): Edit {
  const start = startOf(returned)
  const guard = `if (!${name}) return null${style.semicolon}\n\n${indentAt(text, start)}`
  return { start, end: start, text: guard }
}
