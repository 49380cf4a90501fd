import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus } from 'node:os'
import { Worker } from 'node:worker_threads'
import jsonwebtoken from 'jsonwebtoken'
import { StreamChat } from 'stream-chat'
import { createTokenHandler } from '../../src/server/createTokenHandler.js'
import { createUserToken } from '../../src/server/createUserToken.js'
import { toNodeHandler } from '../../src/server/toNodeHandler.js'
import { verifyUserToken } from '../../src/server/verifyUserToken.js'
import { compare, rateOf, rateOfAsync } from './server/compare.js'
import type { LoadOrder } from './server/load.js'

/** `npm run bench:server`: tokens and requests a second, each arm next to the others in one run. */
const secret = 'a-bench-secret-that-is-long-enough-for-hs256-and-of-no-other-use'
const key = createSecretKey(Buffer.from(secret))
const client = new StreamChat('key', secret)
const atOnce = 64

const nowSeconds = () => Math.floor(Date.now() / 1000)
const sign = () => {
  const iat = nowSeconds()
  return jsonwebtoken.sign({ user_id: 'jane', exp: iat + 3600, iat }, key)
}
const createToken = () => client.createToken('jane', nowSeconds() + 3600, nowSeconds())
const mint = () => createUserToken('jane', { secret, expiresInSeconds: 3600 })

const minted = await compare({
  'stream-chat createToken (imports it each time)': (ms) => rateOf(createToken, ms),
  'jsonwebtoken.sign': (ms) => rateOf(sign, ms),
  'createUserToken, one by one': (ms) => rateOfAsync(mint, ms),
  [`createUserToken, ${atOnce} at once`]: (ms) => rateOfAsync(mint, ms, atOnce),
})
console.log(`\nTokens minted (an hour's life, the key imported once)`)
console.table(minted)

const token = await mint()
const verify = () => verifyUserToken(token, { secret })
const verified = await compare({
  'jsonwebtoken.verify': (ms) =>
    rateOf(() => jsonwebtoken.verify(token, key, { algorithms: ['HS256'] }), ms),
  'verifyUserToken, one by one': (ms) => rateOfAsync(verify, ms),
  [`verifyUserToken, ${atOnce} at once`]: (ms) => rateOfAsync(verify, ms, atOnce),
})
console.log('\nTokens verified')
console.table(verified)

const worker = new Worker(new URL('./server/load.js', import.meta.url))
const bareHandler =
  (tokenOf: () => string): RequestListener =>
  (_, outgoing) => {
    outgoing.setHeader('Content-Type', 'application/json')
    outgoing.end(JSON.stringify({ token: tokenOf() }))
  }
const ours = toNodeHandler(createTokenHandler({ secret, authenticate: () => 'jane' }))
const listeners: RequestListener[] = [
  bareHandler(() => token),
  bareHandler(sign),
  (incoming, outgoing) => void ours(incoming, outgoing),
]
const servers = await Promise.all(
  listeners.map(async (listener) => {
    const server = createServer(listener)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return server
  }),
)
const [fixed, bare, handler] = servers.map((server) => async (durationMs: number) => {
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/chat/token?user_id=jane`
  worker.postMessage({ url, connections: 32, durationMs } satisfies LoadOrder)
  const [rate] = (await once(worker, 'message')) as [number]
  return rate
})
const arms = {
  'bare Node handler, always the same token': fixed!,
  'bare Node handler, jsonwebtoken.sign': bare!,
  createTokenHandler: handler!,
}
const requests = await compare(arms, 5, 1500)
console.log('\nRequests over HTTP (32 connections, asked from another thread)')
console.table(requests)
await worker.terminate()
for (const server of servers) server.close()

const machine = `Node ${process.versions.node}, ${cpus().length} cores`
writeFileSync(
  new URL('../../stories/server/serverBench.json', import.meta.url),
  `${JSON.stringify({ machine, minted, verified, requests }, null, 2)}\n`,
)
