import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { verifyUserToken } from '../../../src/server/verifyUserToken.js'
import {
  freePort,
  killed,
  lacks,
  said,
  startNginx,
  startRedis,
  stopped,
  type Running,
} from '../../support/programs.js'

const older = 'the-secret-that-the-app-had-until-yesterday'
const newer = 'the-secret-that-the-app-has-had-since-today'
const clocks = { a: -3000, b: 0, c: 3000 }
type Name = keyof typeof clocks
const names = Object.keys(clocks) as Name[]
const file = fileURLToPath(new URL('instance.ts', import.meta.url))

let redis: Running
let nginx: Running
let store: Redis
const folder = mkdtempSync(join(tmpdir(), 'fleet-'))
const ports = {} as Record<Name, number>
const instances = {} as Record<Name, ChildProcess>

async function start(name: Name) {
  const env = {
    ...process.env,
    INSTANCE: name,
    PORT: String(ports[name]),
    CLOCK_SKEW_MS: String(clocks[name]),
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
  }
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  instances[name] = child
  await said(child, child.stdout, 'listening')
}

interface Answer {
  status: number
  by: string | null
  retryAfter: string | null
  token: string
}

async function ask(userId: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${nginx.port}/chat/token?user_id=${userId}`, {
    headers: { Cookie: `session=of${userId}`, ...headers },
  })
  const { token = '' } = (await response.json()) as { token?: string }
  const by = response.headers.get('X-Instance')
  return { status: response.status, by, retryAfter: response.headers.get('Retry-After'), token }
}

const askTimes = (count: number, userId: string, headers?: Record<string, string>) =>
  Promise.all(Array.from({ length: count }, () => ask(userId, headers)))

const tally = (answers: readonly Answer[]) => {
  const counts: Record<string, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** Instant that no clock of the fleet has reached, so that expiry plays no part in the check. */
const soon = () => new Date(Date.now() + 60_000)

describe.skipIf(lacks('nginx', 'redis'))('three instances whose clocks differ by 3 seconds', () => {
  beforeAll(async () => {
    redis = await startRedis({ folder })
    store = new Redis(redis.port)
    store.on('error', () => {})
    await store.rpush('secrets', older)
    for (const userId of ['limited', 'revoked', 'rotated', 'killed', 'outage']) {
      await store.set(`session:of${userId}`, userId)
    }
    for (const name of names) ports[name] = await freePort()
    await Promise.all(names.map(start))
    nginx = await startNginx(
      (port) => `
        upstream app {
          ${names.map((name) => `server 127.0.0.1:${ports[name]} max_fails=0;`).join(' ')}
          keepalive 8;
        }
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
          }
        }`,
    )
  }, 60_000)

  afterAll(async () => {
    await nginx?.stop()
    await Promise.all(Object.values(instances).map(killed))
    store?.disconnect()
    await redis?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  test('share a limit of exactly 20 tokens a minute', async () => {
    const answers = await askTimes(30, 'limited')
    expect(tally(answers)).toEqual({ 200: 20, 429: 10 })
    expect(new Set(answers.map(({ by }) => by))).toEqual(new Set(names))
    const waits = answers.filter(({ status }) => status === 429)
    expect(
      waits.every(({ retryAfter }) => Number(retryAfter) > 0 && Number(retryAfter) <= 60),
    ).toBe(true)
  })

  test('apply a revocation at once, and no earlier token is accepted after it', async () => {
    const before = await askTimes(6, 'revoked')
    expect(tally(before)).toEqual({ 200: 6 })
    // The instance with the fast clock has issued some of them after this moment.
    const iats = before.map(({ token }) => Number(decodeJwt(token).iat))
    expect(Math.max(...iats) - Math.min(...iats)).toBeGreaterThanOrEqual(5)
    vi.stubEnv('REDIS_URL', `redis://127.0.0.1:${redis.port}`)
    const recipe = await import('../../../stories/server/recipes/fleet.js')
    if (recipe.redis.status !== 'ready')
      await new Promise((resolve) => recipe.redis.once('ready', resolve))
    const revokedBefore = await recipe.revoke('revoked')
    recipe.redis.disconnect()
    for (const { token } of before) {
      const judged = verifyUserToken(token, { secret: older, now: soon(), revokedBefore })
      await expect(judged).rejects.toMatchObject({ code: 40 })
    }
    const during = await askTimes(6, 'revoked')
    expect(tally(during)).toEqual({ 503: 6 })
    expect(new Set(during.map(({ by }) => by))).toEqual(new Set(names))
    expect(
      during.every(({ retryAfter }) => Number(retryAfter) >= 1 && Number(retryAfter) <= 9),
    ).toBe(true)
    // Simulates that the moment has passed on every clock.
    const passed = new Date(revokedBefore.getTime() - 20_000)
    await store.set('revoked:revoked', passed.getTime())
    for (const { status, token } of await askTimes(6, 'revoked')) {
      expect(status).toBe(200)
      const judged = verifyUserToken(token, { secret: older, now: soon(), revokedBefore: passed })
      expect(await judged).toMatchObject({ userId: 'revoked' })
    }
  })

  test('rotate their secret by rolling restarts without a refused request', async () => {
    const answers: Answer[] = []
    let isOver = false
    const ofMany = async () => {
      while (!isOver) {
        answers.push(await ask('rotated'))
        await store.del('limit:rotated')
      }
    }
    const load = [ofMany(), ofMany(), ofMany()]
    // The chat backend accepts both secrets here; the new one signs from now on.
    await store.lpush('secrets', newer)
    for (const name of names) {
      await stopped(instances[name])
      await start(name)
    }
    isOver = true
    await Promise.all(load)
    expect(tally(answers)).toEqual({ 200: answers.length })
    const signers = new Set<string>()
    for (const { token } of answers) {
      await verifyUserToken(token, { secret: [newer, older], now: soon() })
      const isNew = verifyUserToken(token, { secret: newer, now: soon() })
      signers.add(
        await isNew.then(
          () => 'newer',
          () => 'older',
        ),
      )
    }
    expect(signers).toContain('newer')
    expect(await ask('rotated')).toMatchObject({ status: 200 })
  }, 60_000)

  test('lose no request when the instance that handles it is killed', async () => {
    const isHeld = said(instances.b, instances.b.stdout, 'holding')
    const asking = askTimes(6, 'killed', { 'X-Hold': 'b' })
    await isHeld
    await killed(instances.b)
    const answers = await asking
    expect(tally(answers)).toEqual({ 200: 6 })
    expect(answers.map(({ by }) => by)).not.toContain('b')
    await start('b')
  }, 30_000)

  test('answer 503 while Redis is down, and keep its data once it returns', async () => {
    await store.set('revoked:outage', Date.now() + 600_000)
    await redis.stop()
    const during = await askTimes(12, 'outage')
    expect(tally(during)).toEqual({ 503: 12 })
    expect(new Set(during.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['2']))
    const areBack = names.map((name) =>
      said(instances[name], instances[name].stdout, 'redis ready'),
    )
    redis = await startRedis({ port: redis.port, folder })
    await Promise.all(areBack)
    expect(tally(await askTimes(6, 'outage'))).toEqual({ 403: 6 })
    expect(tally(await askTimes(6, 'killed'))).toEqual({ 200: 6 })
  }, 30_000)
})
