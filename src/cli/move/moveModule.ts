import type * as Babel from '@babel/core'
import type { NodePath, types as t } from '@babel/core'
import { parse } from './babel.js'
import { applyEdits, codeStyle, type Edit } from './edits.js'
import { entry, importEdits, usedNames } from './imports.js'
import { remaining } from './remaining.js'
import { planMove } from './planMove.js'
import { readEffect } from './readEffect.js'
import { findingAt, Unsure, type Finding } from './reasons.js'
import {
  child,
  isCall,
  isFunction,
  isHookCall,
  isImportOf,
  isManagedCall,
  methodOf,
  type Call,
  type Path,
} from './syntax.js'

export interface MovedModule {
  /** The module's new text; the old one where nothing in it is certain. */
  text: string
  findings: Finding[]
}

/** Moves the effects of a module that are certain, and finds what a person has to look at. */
export function moveModule(babel: typeof Babel, file: string, text: string): MovedModule {
  const style = codeStyle(text)
  const program = parse(babel, file, text)
  const findings: Finding[] = []
  const effects: Path[] = []
  const edits: Edit[] = []
  const isHookMoved = canMoveHook(program, findings)
  const change = {
    usedBefore: usedNames(program),
    isHookUsed: false,
    isDevToken: false,
    isHookMoved,
  }

  const connects = callsOf(program, 'connectUser')
  for (const connect of connects) {
    const effect = connect.findParent((path) => isEffect(path))
    // The others of an effect are part of what was read, or not read, of it.
    if (effect && effects.some(({ node }) => node === effect.node)) continue
    if (effect) effects.push(effect)
    try {
      const component = effect && componentOf(effect)
      if (!effect || !component) throw new Unsure(connect, 'connect-elsewhere')
      if (connects.filter((other) => other.findParent((path) => path === component)).length > 1) {
        throw new Unsure(connect, 'two-connects')
      }
      if (isNameTaken(component, isHookMoved)) throw new Unsure(connect, 'name-taken')
      const plan = planMove(readEffect(connect, effect, component), component, text, style)
      edits.push(...plan.edits)
      findings.push(...plan.notes)
      change.isHookUsed = true
      change.isDevToken ||= plan.isDevToken
    } catch (error) {
      if (!(error instanceof Unsure)) throw error
      findings.push(findingAt(error.path, error.reason))
    }
  }
  findings.push(...remaining(program, effects, edits))
  if (edits.length === 0 && !isHookMoved) return { text, findings: listed(findings) }
  const moved = applyEdits(text, edits, style)
  const imports = importEdits(parse(babel, file, moved), moved, style, change)
  return { text: applyEdits(moved, imports, style), findings: listed(findings) }
}

/** In the order of lines, each once; a client that nothing connects only where nothing else is said. */
function listed(findings: Finding[]): Finding[] {
  const isSaid = findings.some(({ id }) => id !== 'stray-client')
  const isFirst = ({ id, line }: Finding, index: number) =>
    findings.findIndex((other) => other.id === id && other.line === line) === index
  return findings
    .filter((one, index) => isFirst(one, index) && !(isSaid && one.id === 'stray-client'))
    .toSorted((a, b) => a.line - b.line)
}

function callsOf(program: NodePath<t.Program>, name: string): Call[] {
  const found: Call[] = []
  program.traverse({
    enter(path) {
      if (isCall(path) && methodOf(path)?.name === name) found.push(path)
    },
  })
  return found
}

const isEffect = (path: Path) =>
  isHookCall(path, 'useEffect') || isHookCall(path, 'useLayoutEffect')

/** The component or hook that an effect is a statement of. */
function componentOf(effect: Path): Path | null {
  const component = effect.getFunctionParent()
  const isStatement = effect.parentPath?.isExpressionStatement()
  if (!component || !isFunction(component) || !isStatement) return null
  return effect.parentPath?.parentPath === child(component, 'body') ? component : null
}

function isNameTaken(component: Path, isHookMoved: boolean): boolean {
  if (component.scope.hasBinding('DevToken') && !isImported(component, 'DevToken', 'stream-chat')) {
    return true
  }
  const isFree = !component.scope.hasBinding('useCreateChatClient')
  const isStock = isImported(component, 'useCreateChatClient', 'stream-chat-react')
  return (
    !isFree && !isImported(component, 'useCreateChatClient', entry) && !(isStock && isHookMoved)
  )
}

function isImported(path: Path, name: string, source: string): boolean {
  const specifier = path.scope.getBinding(name)?.path
  return (
    specifier?.isImportSpecifier() === true &&
    (specifier.parent as t.ImportDeclaration).source.value === source
  )
}

/** Whether the module's own import of the hook can become ours. */
function canMoveHook(program: NodePath<t.Program>, findings: Finding[]): boolean {
  const hooks = Object.values(program.scope.bindings).filter(({ path, identifier }) => {
    const local = path.isImportSpecifier() ? child(path, 'local') : null
    return local && isImportOf(local, 'stream-chat-react', 'useCreateChatClient') && identifier
  })
  const loggedOut = hooks
    .flatMap(({ referencePaths }) => referencePaths)
    .map(({ parentPath }) => parentPath?.parentPath)
    .filter((path) => path?.isVariableDeclarator() && path.node.id.type === 'Identifier')
    .flatMap((path) => {
      const id = path?.isVariableDeclarator() ? (path.node.id as t.Identifier) : null
      return (id && path?.scope.getBinding(id.name)?.referencePaths) ?? []
    })
    .filter(isManagedCall)
  findings.push(...loggedOut.map((use) => findingAt(use, 'log-out')))
  return hooks.length > 0 && loggedOut.length === 0
}
