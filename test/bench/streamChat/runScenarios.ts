import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ComparedScenario, Figure } from '../../../stories/comparison/figures.js'
import type { ArmName } from './arm.js'
import type { Scenario } from './scenario.js'
import { sleep } from './stage.js'

type Figures = Readonly<Record<string, Figure>>
type Speed = 'full' | 'quick'

const arms = ['bare', 'ours'] as const

/** By then, what only waits has begun to: starting its processes is what costs. */
const startingMs = 12_000

/**
 * Plays every scenario with both arms: first what is timed, one after the other on an idle machine;
 * then what only waits, all at once; and beside that the minute of load, with both arms.
 */
export async function runScenarios(
  scenarios: readonly Scenario[],
  speed: Speed,
  report: (line: string) => void,
): Promise<ComparedScenario[]> {
  const plays = scenarios.flatMap((scenario) => arms.map((arm) => ({ scenario, arm })))
  const results = new Map<string, Figures>()

  async function play({ scenario, arm }: (typeof plays)[number]) {
    const startedAt = Date.now()
    results.set(`${scenario.id} ${arm}`, await playInProcess(scenario.id, arm, speed))
    report(`${scenario.id}, ${arm}: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
  }

  const isSideBySide = ({ scenario }: (typeof plays)[number]) => Boolean(scenario.isSideBySide)
  const isWaiting = ({ scenario, arm }: (typeof plays)[number]) => scenario.waiting.includes(arm)
  for (const one of plays) if (!isSideBySide(one) && !isWaiting(one)) await play(one)
  const waiting = plays.filter(isWaiting).map(play)
  await Promise.race([sleep(startingMs), Promise.all(waiting)])
  await Promise.all([...waiting, ...plays.filter(isSideBySide).map(play)])

  return scenarios.map(({ id, title, rows }) => ({
    id,
    title,
    rows: Object.entries(rows).map(([rowId, { label, unit }]) => {
      const figureOf = (arm: ArmName) => results.get(`${id} ${arm}`)?.[rowId] ?? 'not measured'
      return { id: rowId, label, unit, bare: figureOf('bare'), ours: figureOf('ours') }
    }),
  }))
}

const player = fileURLToPath(new URL('./playScenario.ts', import.meta.url))

function playInProcess(id: string, arm: ArmName, speed: Speed): Promise<Figures> {
  return new Promise((resolve, reject) => {
    // What clients and hooks write to the console is not part of the report.
    const child = fork(player, [id, arm, speed], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let complaints = ''
    child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
    child.on('message', (figures) => resolve(figures as Figures))
    child.on('error', reject)
    child.on('exit', (code) => {
      reject(new Error(`${id} with the arm '${arm}' ended with code ${code}:\n${complaints}`))
    })
  })
}
