import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The ids of all pages and stories, as Storybook lists them. */
function readIds(): ReadonlySet<string> {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'index.json')
  const bin = join(root, 'node_modules/.bin/storybook')
  execFileSync(bin, ['index', '--disable-telemetry', '-o', file], { cwd: root, stdio: 'pipe' })
  return new Set(Object.keys(JSON.parse(readFileSync(file, 'utf8')).entries))
}

test('every link from one page of the docs to another leads to a page that exists', () => {
  const ids = readIds()
  const stories = join(root, 'stories')
  const pages = readdirSync(stories, { recursive: true, encoding: 'utf8' })
  const links = pages
    .filter((page) => /\.(?:mdx|tsx?)$/.test(page))
    .flatMap((page) =>
      [
        ...readFileSync(join(stories, page), 'utf8').matchAll(/\?path=\/(?:docs|story)\/([\w-]+)/g),
      ].map(([, id]) => ({ page, id })),
    )
  expect(links).not.toEqual([])
  expect(links.filter(({ id }) => !ids.has(id!))).toEqual([])
})
