import type { ArmName } from './arm.js'
import { scenarios } from './scenarios.js'

// One scenario with one arm, in a process of its own: so that an unhandled rejection has one possible
// source, and that nothing which one leaves behind is there for the next.
const [id, armName, speed] = process.argv.slice(2) as [string, ArmName, string]

let unhandled = 0
process.on('unhandledRejection', () => unhandled++)

const scenario = scenarios.find((one) => one.id === id)
if (!scenario) throw new Error(`There is no scenario '${id}'.`)

const createArm =
  armName === 'bare'
    ? (await import('./bareArm.js')).createBareArm
    : (await import('./ourArm.js')).createOurArm

const figures = await scenario.play({
  createArm,
  armName,
  isQuick: speed === 'quick',
  unhandledRejections: () => unhandled,
})

if (process.send) process.send(figures, () => process.exit())
else {
  console.log(figures)
  process.exit()
}
