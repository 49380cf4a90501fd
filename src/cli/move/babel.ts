import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Babel from '@babel/core'
import type { NodePath, types as t } from '@babel/core'

const install = 'npm install -D @babel/core'

/** Loads the app's own @babel/core, an optional peer: an app that runs no command does not need it. */
export async function loadBabel(folder: string): Promise<typeof Babel> {
  const module = await import('@babel/core')
    .catch(async () => {
      // Run by npx, this package is in npm's cache and the parser in the app's folder.
      const path = createRequire(join(folder, 'package.json')).resolve('@babel/core')
      return (await import(pathToFileURL(path).href)) as typeof Babel
    })
    .catch(() => {
      throw new Error(`This command reads your code with @babel/core. Install it: ${install}`)
    })
  // A CommonJS package (Babel 7) has all its names on its default export only.
  return 'default' in module ? (module.default as typeof Babel) : module
}

/** Parses a module and resolves its names. Throws a `SyntaxError` with a `loc` where it cannot. */
export function parse(babel: typeof Babel, file: string, text: string): NodePath<t.Program> {
  const isTyped = /\.[cm]?tsx?$/.test(file)
  // In `.ts`, `<T>value` is a cast; in all others, `<` may begin an element.
  const plugins = [
    ...(isTyped ? ['typescript' as const] : []),
    ...(/\.[cm]?ts$/.test(file) ? [] : ['jsx' as const]),
    'decorators' as const,
  ]
  const ast = babel.parseSync(text, {
    filename: file,
    configFile: false,
    babelrc: false,
    browserslistConfigFile: false,
    sourceType: 'module',
    parserOpts: { plugins },
  })
  let program: NodePath<t.Program> | null = null
  babel.traverse(ast as t.File, {
    Program(path) {
      program = path
      path.stop()
    },
  })
  if (program === null) throw new Error(`${file} has no program.`)
  return program
}
