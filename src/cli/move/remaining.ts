import type { NodePath, types as t } from '@babel/core'
import type { Edit } from './edits.js'
import { findingAt, type Finding, type Reason } from './reasons.js'
import {
  bindingOf,
  child,
  declarationOf,
  isCreation,
  isImportOf,
  isInside,
  memberOf,
  methodOf,
  withoutCasts,
  type Path,
} from './syntax.js'

const calls: Readonly<Record<string, Reason>> = {
  disconnectUser: 'log-out',
  setGuestUser: 'guest-or-anonymous',
  connectAnonymousUser: 'guest-or-anonymous',
}

/** Finds what the moved effects leave: log-outs, guests, further clients, and imports of everything. */
export function remaining(
  program: NodePath<t.Program>,
  effects: readonly Path[],
  edits: readonly Edit[],
): Finding[] {
  const findings: Finding[] = []
  const add = (path: Path, reason: Reason) => findings.push(findingAt(path, reason))
  const isRead = (path: Path) =>
    effects.some((effect) => isInside(path, effect)) ||
    edits.some(({ start, end }) => (path.node.start ?? 0) >= start && (path.node.end ?? 0) <= end)
  const sources = importsOf(program)
  // The service's other clients have these methods too.
  const isChat =
    !sources.some((source) => source.startsWith('@stream-io/')) || sources.some(isOfChat)

  program.traverse({
    enter(path) {
      const reason = calls[methodOf(path)?.name ?? '']
      if (reason && isChat && !isRead(path) && !isOurs(path)) add(path, reason)
      else if (isCreation(path) && !isRead(path) && isOfApp(path)) {
        add(path, 'stray-client')
      } else if (isWholeModule(path)) add(path, 'whole-module')
      else if (isReExport(path)) add(path, 're-export')
    },
  })
  return findings
}

const isOfChat = (source: string) => /^stream-chat(?:-react)?$/.test(source)

const importsOf = (program: NodePath<t.Program>) =>
  program.node.body.flatMap((node) =>
    node.type === 'ImportDeclaration' ? [node.source.value] : [],
  )

/** A call on what this library's hooks or `createChatAuth` returned, which is the right one. */
function isOurs(path: Path): boolean {
  const object = methodOf(path)?.object
  const binding = object && bindingOf(object)
  const init = binding && declarationOf(binding)?.init
  const callee = init?.isCallExpression() ? child(init, 'callee') : null
  const specifier = callee && bindingOf(callee)?.path
  if (!specifier?.isImportSpecifier()) return false
  const source = (specifier.parent as t.ImportDeclaration).source.value
  return source === 'react-chat-auth' || source === 'react-chat-auth/core'
}

/** A client of an app: that of a server has a secret. */
function isOfApp(creation: Path): boolean {
  const [, second] = (creation.node as t.CallExpression).arguments
  return !second || second.type === 'ObjectExpression'
}

/** `chat.StreamChat` and `chat.useCreateChatClient` of `import * as chat`, and `require`. */
function isWholeModule(path: Path): boolean {
  const member = memberOf(path)
  if (!member || !/^(?:StreamChat|useCreateChatClient)$/.test(member.name)) {
    return path.isObjectPattern() && requires(path)
  }
  const namespace = bindingOf(member.object)?.path
  const isNamespace =
    namespace?.isImportNamespaceSpecifier() || namespace?.isImportDefaultSpecifier()
      ? isOfChat((namespace.parent as t.ImportDeclaration).source.value)
      : false
  return isNamespace || Boolean(namespace && isRequire(declarationInit(namespace)))
}

function requires(pattern: NodePath<t.ObjectPattern>): boolean {
  const isWanted = pattern.node.properties.some(
    (one) =>
      one.type === 'ObjectProperty' &&
      one.key.type === 'Identifier' &&
      /^(?:StreamChat|useCreateChatClient)$/.test(one.key.name),
  )
  return isWanted && pattern.parentPath !== null && isRequire(declarationInit(pattern.parentPath))
}

const declarationInit = (path: Path) =>
  path.isVariableDeclarator() && path.node.init ? withoutCasts(child(path, 'init')) : null

/** `require('stream-chat')` or `await import('stream-chat')`. */
function isRequire(path: Path | null): boolean {
  const call = path?.isAwaitExpression() ? child(path, 'argument') : path
  if (!call?.isCallExpression()) return false
  const { callee, arguments: given } = call.node
  const isLoad =
    (callee.type === 'Identifier' && callee.name === 'require') || callee.type === 'Import'
  return isLoad && given[0]?.type === 'StringLiteral' && isOfChat(given[0].value)
}

function isReExport(path: Path): boolean {
  if (!path.isExportSpecifier()) return false
  const { local } = path.node
  const source = (path.parent as t.ExportNamedDeclaration).source?.value
  if (source !== undefined)
    return source === 'stream-chat-react' && local.name === 'useCreateChatClient'
  return isImportOf(child(path, 'local'), 'stream-chat-react', 'useCreateChatClient')
}
