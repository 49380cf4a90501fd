import { indentAt, copyTo, type CodeStyle } from './edits.js'
import type { EffectFacts } from './readEffect.js'
import { Unsure } from './reasons.js'
import {
  bindingOf,
  child,
  children,
  declarationOf,
  isInside,
  methodOf,
  withoutCasts,
  type Binding,
  type Path,
} from './syntax.js'

/** Arguments of `useCreateChatClient`, taken from the effect and from where the client is created. */
export interface HookArguments {
  /** Bindings that must be known where the hook is called. */
  needs: Binding[]
  /** Whether `DevToken` is to be imported. */
  isDevToken: boolean
  /** Writes the object. */
  write(indent: string): string
}

type Write = (indent: string) => string

export function hookArguments(facts: EffectFacts, text: string, style: CodeStyle): HookArguments {
  const [user, token] = children(facts.connect, 'arguments')
  if (!token || token.isNullLiteral() || token.isIdentifier({ name: 'undefined' })) {
    throw new Unsure(facts.connect, 'no-token')
  }
  if (!user?.isExpression() || !token.isExpression()) {
    throw new Unsure(facts.connect, 'arguments-from-effect')
  }
  const { apiKey, options } = facts.client
  const userData = inlined(user, facts)
  const provider = readToken(token, facts, text, style)
  const taken = [apiKey, options, userData].filter((path) => path !== null)
  const unused = facts.preparations.find(
    (statement) => !provider.statements.includes(statement) && !isInside(userData, statement),
  )
  if (unused) throw new Unsure(unused, 'arguments-from-effect')

  const copy =
    (path: Path): Write =>
    (indent) =>
      copyPath(path, text, indent)
  const fields: [string, Write][] = [
    ['apiKey', copy(apiKey)],
    ...(options ? [['options', copy(options)] as [string, Write]] : []),
    ['tokenOrProvider', provider.write],
    ['userData', copy(userData)],
  ]
  return {
    needs: [...taken.flatMap((path) => outerBindings(path)), ...provider.needs],
    isDevToken: provider.isDevToken,
    write(indent) {
      const inner = indent + style.step
      const lines = fields.map(([name, write]) => {
        const value = write(inner)
        return `${inner}${value === name ? name : `${name}: ${value}`},`
      })
      return ['{', ...lines, `${indent}}`].join('\n')
    },
  }
}

/** Bindings that an expression or statement refers to and does not declare itself. */
export function outerBindings(path: Path): Binding[] {
  const found: (Binding | null)[] = [bindingOf(path)]
  path.traverse({
    Identifier(inner) {
      if (inner.isReferencedIdentifier()) found.push(bindingOf(inner))
    },
  })
  return found.filter((binding) => binding !== null && !isInside(binding.path, path)) as Binding[]
}

/** The value of a variable of the effect that only this place uses; else the expression itself. */
function inlined(path: Path, facts: EffectFacts): Path {
  const binding = bindingOf(path)
  const declaration = binding && declarationOf(binding)
  if (!binding || !declaration?.init || !isPreparation(declaration.statement, facts)) return path
  const isSimple = declaration.id.isIdentifier() && binding.references === 1
  return isSimple && !containsAwait(declaration.init) ? declaration.init : path
}

interface Provider {
  write: Write
  needs: Binding[]
  /** Declarations of the effect that it takes over. */
  statements: Path[]
  isDevToken: boolean
}

function readToken(token: Path, facts: EffectFacts, text: string, style: CodeStyle): Provider {
  const statements = statementsFor(token, facts)
  const [only] = statements
  const isOneValue = token.isIdentifier() && statements.length === 1
  const init = isOneValue ? (declarationOf(bindingOf(token) as Binding)?.init ?? null) : null
  const isPlainName = init !== null && (bindingOf(token) as Binding).path.get('id').isIdentifier()
  const value = isPlainName && init ? init : token
  const devUser = devTokenUser(value, facts)
  if (devUser) {
    const write: Write = (indent) => `DevToken(${copyPath(devUser, text, indent)})`
    return { write, needs: outerBindings(devUser), statements, isDevToken: true }
  }
  const parts = [...statements, token]
  const needs = parts
    .flatMap((path) => outerBindings(path))
    .filter((binding) => !statements.some((statement) => isInside(binding.path, statement)))
  const provider = (write: Write): Provider => ({ write, needs, statements, isDevToken: false })
  if (statements.length === 0 && !containsAwait(token)) {
    return provider((indent) => copyPath(token, text, indent))
  }
  if (statements.length === 0 || (only && isPlainName)) {
    return provider((indent) => `async () => ${asResult(value, text, indent)}`)
  }
  return provider((indent) => {
    const inner = indent + style.step
    const lines = statements.map((path) => inner + copyPath(path, text, inner))
    const result = `${inner}return ${copyPath(token, text, inner)}${style.semicolon}`
    return ['async () => {', ...lines, result, `${indent}}`].join('\n')
  })
}

/** Result of an async arrow function: without an `await` of its own, and not taken for a block. */
function asResult(path: Path, text: string, indent: string): string {
  const value = path.isAwaitExpression() ? withoutCasts(child(path, 'argument')) : path
  const copy = copyPath(value, text, indent)
  return value.isSequenceExpression() || value.isObjectExpression() ? `(${copy})` : copy
}

/** Declarations of the effect that the token is made of, in their order. */
function statementsFor(token: Path, facts: EffectFacts): Path[] {
  const found = new Set<Path>()
  const follow = (path: Path): void => {
    for (const binding of outerBindings(path)) {
      const statement = declarationOf(binding)?.statement
      if (!statement || !isPreparation(statement, facts) || found.has(statement)) continue
      found.add(statement)
      follow(statement)
    }
  }
  follow(token)
  const statements = facts.preparations.filter((path) => found.has(path))
  for (const statement of statements) {
    const bindings = Object.values(statement.getBindingIdentifiers()).map(
      ({ name }) => statement.scope.getBinding(name) as Binding,
    )
    const isShared = bindings.some(({ referencePaths }) =>
      referencePaths.some((use) => ![token, ...statements].some((part) => isInside(use, part))),
    )
    if (isShared) throw new Unsure(statement, 'arguments-from-effect')
  }
  return statements
}

const isPreparation = (statement: Path, { preparations }: EffectFacts) =>
  preparations.some(({ node }) => node === statement.node)

/** The id in `client.devToken(id)`, which the client makes without a server. */
function devTokenUser(path: Path, { client }: EffectFacts): Path | null {
  const method = methodOf(path)
  if (method?.name !== 'devToken' || client.isRef) return null
  return bindingOf(method.object) === client.binding
    ? (children(path, 'arguments')[0] ?? null)
    : null
}

function containsAwait(path: Path): boolean {
  let found = path.isAwaitExpression()
  path.traverse({
    Function(inner) {
      inner.skip()
    },
    AwaitExpression() {
      found = true
    },
  })
  return found && !path.isFunction()
}

function copyPath(path: Path, text: string, indent: string): string {
  const { start, end } = path.node
  if (typeof start !== 'number' || typeof end !== 'number') return ''
  return indentAt(text, start) === indent
    ? text.slice(start, end)
    : copyTo(text, start, end, indent)
}
