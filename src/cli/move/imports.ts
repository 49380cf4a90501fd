import type { NodePath, types as t } from '@babel/core'
import { removeLines, type CodeStyle, type Edit } from './edits.js'

export const entry = 'react-chat-auth/stream-chat-react'
const hookName = 'useCreateChatClient'

export interface ImportChange {
  /** Names that the module used before it was edited: an import that was unused stays. */
  usedBefore: ReadonlySet<string>
  /** Whether the hook itself was written into the module. */
  isHookUsed: boolean
  isDevToken: boolean
  /** Whether the hook of stream-chat-react gives way to ours. */
  isHookMoved: boolean
}

/** Names of all identifiers outside of imports, in values, types and JSX. */
export function usedNames(program: NodePath<t.Program>): Set<string> {
  const names = new Set<string>()
  program.traverse({
    ImportDeclaration(path) {
      path.skip()
    },
    Identifier(path) {
      names.add(path.node.name)
    },
    JSXIdentifier(path) {
      names.add(path.node.name)
    },
  })
  return names
}

/** Edits of the imports of a module whose other code is edited already. */
export function importEdits(
  program: NodePath<t.Program>,
  text: string,
  style: CodeStyle,
  change: ImportChange,
): Edit[] {
  const used = usedNames(program)
  const imports = program.node.body.filter((node) => node.type === 'ImportDeclaration')
  const isChat = ({ source }: t.ImportDeclaration) => /^stream-chat(?:-react)?$/.test(source.value)
  const isOld = (source: string, specifier: t.ImportSpecifier) => {
    if (source === 'stream-chat-react') return change.isHookMoved && isHook(specifier)
    const { name } = specifier.local
    const isKnown = source === 'react' || source === 'stream-chat'
    return isKnown && change.usedBefore.has(name) && !used.has(name)
  }
  const removals = imports.flatMap((declaration) =>
    removeSpecifiers(declaration, text, (one) => isOld(declaration.source.value, one)),
  )
  const names = hookSpecifiers(imports, change)
  const statement = (list: string[], source: string) =>
    `import { ${list.join(', ')} } from ${style.quote}${source}${style.quote}${style.semicolon}\n`
  const chat = imports.find(isChat)
  const added = names.length > 0 ? statement(names, entry) : ''
  const devToken = change.isDevToken ? addDevToken(imports, isOld) : null
  // Without another name to stand beside, it gets an import of its own.
  const alone = change.isDevToken && !devToken ? statement(['DevToken'], 'stream-chat') : ''
  const place = (chat ?? imports[0])?.start ?? 0
  const first = added + alone === '' ? [] : [{ start: place, end: place, text: added + alone }]
  return [...first, ...(devToken ? [devToken] : []), ...removals]
}

/** Puts `DevToken` before a name that stays imported from stream-chat. */
function addDevToken(
  imports: t.ImportDeclaration[],
  isOld: (source: string, specifier: t.ImportSpecifier) => boolean,
): Edit | null {
  const kept = imports
    .filter(({ source, importKind }) => source.value === 'stream-chat' && importKind !== 'type')
    .flatMap(({ specifiers }) => specifiers)
    .filter((one) => one.type === 'ImportSpecifier')
  if (kept.some(({ local }) => local.name === 'DevToken')) return { start: 0, end: 0, text: '' }
  const beside = kept.find((one) => !isOld('stream-chat', one))
  const start = beside?.start
  return typeof start === 'number' ? { start, end: start, text: 'DevToken, ' } : null
}

const isHook = ({ imported }: t.ImportSpecifier) =>
  (imported.type === 'Identifier' ? imported.name : imported.value) === hookName

/** Specifiers of the hook to import from our entry, with the aliases they had. */
function hookSpecifiers(imports: t.ImportDeclaration[], change: ImportChange): string[] {
  const localsFrom = (wanted: string) =>
    imports
      .filter(({ source }) => source.value === wanted)
      .flatMap(({ specifiers }) => specifiers)
      .flatMap((one) => (one.type === 'ImportSpecifier' && isHook(one) ? [one.local.name] : []))
  const moved = change.isHookMoved ? localsFrom('stream-chat-react') : []
  const needed = new Set([...moved, ...(change.isHookUsed ? [hookName] : [])])
  for (const local of localsFrom(entry)) needed.delete(local)
  return [...needed].map((local) => (local === hookName ? local : `${hookName} as ${local}`))
}

function removeSpecifiers(
  declaration: t.ImportDeclaration,
  text: string,
  isOld: (specifier: t.ImportSpecifier) => boolean,
): Edit[] {
  const named = declaration.specifiers.filter((one) => one.type === 'ImportSpecifier')
  const old = named.filter((one) => isOld(one))
  if (old.length === 0) return []
  const start = declaration.start ?? 0
  const end = declaration.end ?? 0
  const [other] = declaration.specifiers.filter((one) => one.type !== 'ImportSpecifier')
  if (old.length === named.length) {
    if (!other) return [removeLines(text, start, end)]
    return [{ start: other.end ?? 0, end: text.indexOf('}', other.end ?? 0) + 1, text: '' }]
  }
  const kept = named.filter((one) => !old.includes(one))
  return old.map((one) => {
    const next = named[named.indexOf(one) + 1]
    const previous = named[named.indexOf(one) - 1]
    const isTail = !kept.some((other) => (other.start ?? 0) > (one.start ?? 0))
    return isTail
      ? { start: previous?.end ?? 0, end: one.end ?? 0, text: '' }
      : { start: one.start ?? 0, end: next?.start ?? 0, text: '' }
  })
}
