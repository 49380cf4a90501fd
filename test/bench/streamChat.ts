import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import {
  comparisonCells,
  comparisonHead,
  type Comparison,
} from '../../stories/comparison/figures.js'
import { checkClaims } from './streamChat/claims.js'
import { runScenarios } from './streamChat/runScenarios.js'
import { scenarios } from './streamChat/scenarios.js'

// `npm run bench:stream-chat`: the bare client and ours, side by side, in two to three minutes; best on an
// idle machine. The figures are kept for the docs. `-- --quick` keeps nothing and claims nothing.
const isQuick = process.argv.includes('--quick')
const file = new URL('../../stories/comparison/figures.json', import.meta.url)

const [startLoad = 0] = loadavg()
if (startLoad > cpus().length / 2) {
  console.error(
    `The machine is busy (load ${startLoad.toFixed(1)}): times will be longer than they are.`,
  )
}

const compared = await runScenarios(scenarios, isQuick ? 'quick' : 'full', (line) =>
  console.error(line),
)
for (const one of compared) {
  console.log(`\n### ${one.title}\n`)
  for (const cells of [comparisonHead, comparisonHead.map(() => '---'), ...comparisonCells(one)]) {
    console.log(`| ${cells.join(' | ')} |`)
  }
}

if (isQuick) {
  console.log(
    '\nQuick: fewer requests and shorter waits than the titles say. Nothing is concluded.',
  )
} else {
  const comparison: Comparison = {
    command: 'npm run bench:stream-chat',
    measuredAt: new Date().toISOString(),
    machine: describeMachine(),
    versions: {
      'stream-chat': versionOf('stream-chat'),
      'stream-chat-react': versionOf('stream-chat-react'),
      react: versionOf('react'),
      node: process.version.slice(1),
    },
    scenarios: compared,
    claims: checkClaims(compared),
  }
  writeFileSync(file, `${JSON.stringify(comparison, null, 2)}\n`)
  console.log('')
  for (const { text, holds } of comparison.claims) console.log(`${holds ? 'ok ' : 'NOT'} ${text}`)
  if (comparison.claims.some(({ holds }) => !holds)) process.exitCode = 1
}

function describeMachine(): string {
  const [cpu] = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  const load = startLoad.toFixed(1)
  return `${cpus().length} cores of ${cpu?.model.trim()}, ${gigabytes} GB, ${process.platform}, load ${load} before it began`
}

function versionOf(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
