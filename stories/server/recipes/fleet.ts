import { Redis } from 'ioredis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { createTokenHandler } from 'react-chat-auth/server'

// A command fails at once where Redis is gone, and is not kept until it returns.
const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0 }
export const redis = new Redis(process.env['REDIS_URL']!, options).on('error', () => {})
const storeClient = redis
const limiter = new RateLimiterRedis({ storeClient, keyPrefix: 'limit', points: 20, duration: 60 })
let secrets: string[] = []

const closed = (): never => {
  throw new Response(null, { status: 503, headers: { 'Retry-After': '2' } })
}
export const tokens = createTokenHandler({
  // The first signs. Redis gone: those that were known go on.
  secret: async () => (secrets = await redis.lrange('secrets', 0, -1).catch(() => secrets)),
  authenticate: ({ headers }) =>
    redis.get(`session:${/session=(\w+)/.exec(headers.get('Cookie') ?? '')?.[1]}`).catch(closed),
  // Redis gone: open.
  rateLimit: (userId) =>
    limiter.consume(userId).then(
      () => 0,
      (over) => (over instanceof RateLimiterRes ? over.msBeforeNext / 1000 : 0),
    ),
  // Redis gone: closed, for nobody could tell who is locked out.
  revokedBefore: async (userId) => readDate(await redis.get(`revoked:${userId}`).catch(closed)),
})
const readDate = (ms: string | null) => (ms === null ? null : new Date(Number(ms)))
/** By Redis's clock, and 5 seconds later: those of the instances may be that far ahead. */
export async function revoke(userId: string): Promise<Date> {
  const before = Number((await redis.time())[0]) * 1000 + 5000
  await redis.set(`revoked:${userId}`, before)
  return new Date(before)
}
