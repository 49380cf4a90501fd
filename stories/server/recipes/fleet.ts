import { Redis } from 'ioredis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { createTokenHandler } from 'react-chat-auth/server'

// A command fails at once while Redis is down; by default ioredis would queue it.
const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0 }
export const redis = new Redis(process.env['REDIS_URL']!, options).on('error', () => {})
const storeClient = redis
const limiter = new RateLimiterRedis({ storeClient, keyPrefix: 'limit', points: 20, duration: 60 })
let secrets: string[] = []

const closed = (): never => {
  throw new Response(null, { status: 503, headers: { 'Retry-After': '2' } })
}
export const tokens = createTokenHandler({
  // The first signs. Redis down: the last known secrets stay in use.
  secret: async () => (secrets = await redis.lrange('secrets', 0, -1).catch(() => secrets)),
  authenticate: ({ headers }) =>
    redis.get(`session:${/session=(\w+)/.exec(headers.get('Cookie') ?? '')?.[1]}`).catch(closed),
  // Redis down: no limit.
  rateLimit: (userId) =>
    limiter.consume(userId).then(
      () => 0,
      (over) => (over instanceof RateLimiterRes ? over.msBeforeNext / 1000 : 0),
    ),
  // Redis down: 503, because a locked-out user could not be recognised.
  revokedBefore: async (userId) => readDate(await redis.get(`revoked:${userId}`).catch(closed)),
})
const readDate = (ms: string | null) => (ms === null ? null : new Date(Number(ms)))
/** Uses Redis's clock plus 5 s, because the clocks of instances may be ahead by that much. */
export async function revoke(userId: string): Promise<Date> {
  const before = Number((await redis.time())[0]) * 1000 + 5000
  await redis.set(`revoked:${userId}`, before)
  return new Date(before)
}
