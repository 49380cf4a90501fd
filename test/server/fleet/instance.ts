import { createServer } from 'node:http'
import { toNodeHandler } from '../../../src/server/toNodeHandler.js'

/** Runs one instance of an app's server, with a clock that is off by some milliseconds. */
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
  // A proxy would reuse a kept-alive connection, and this instance would never end.
  if (isEnding) outgoing.shouldKeepAlive = false
  return void handler(incoming, outgoing)
})
redis.on('ready', () => console.log('redis ready'))
if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
server.listen(Number(port), '127.0.0.1', () => console.log('listening'))
// Ends like an instance in a deployment: requests in flight are finished.
process.on('SIGTERM', () => {
  isEnding = true
  server.close(() => process.exit(0))
})
