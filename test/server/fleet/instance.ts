import { createServer } from 'node:http'
import { toNodeHandler } from '../../../src/server/toNodeHandler.js'

/** One instance of an app's server, whose clock is wrong by so many milliseconds. */
const { INSTANCE: name = '', PORT: port, CLOCK_SKEW_MS: skewMs } = process.env

const RightDate = Date
globalThis.Date = class extends RightDate {
  constructor(...args: [] | [number]) {
    super(...((args.length === 0 ? [RightDate.now() + Number(skewMs)] : args) as [number]))
  }
  static override now = () => RightDate.now() + Number(skewMs)
} as DateConstructor

const { redis, tokens } = await import('../../../stories/server/recipes/fleet.js')
const handler = toNodeHandler(tokens)

let isEnding = false
const server = createServer((incoming, outgoing) => {
  if (incoming.headers['x-hold'] === name) return console.log('holding')
  outgoing.setHeader('X-Instance', name)
  // A proxy would go on with a connection that it has kept, and this instance would never end.
  if (isEnding) outgoing.shouldKeepAlive = false
  return void handler(incoming, outgoing)
})
redis.on('ready', () => console.log('redis ready'))
if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
server.listen(Number(port), '127.0.0.1', () => console.log('listening'))
// As a deployment ends an instance: what is under way is finished.
process.on('SIGTERM', () => {
  isEnding = true
  server.close(() => process.exit(0))
})
