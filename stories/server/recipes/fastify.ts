import cookie from '@fastify/cookie'
import Fastify, { type FastifyRequest } from 'fastify'
import { createTokenHandler, toNodeHandler } from 'react-chat-auth/server'

const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  authenticate: (_, request: FastifyRequest) =>
    request.unsignCookie(request.cookies['user'] ?? '').value,
})

export const app = Fastify()
await app.register(cookie, { secret: process.env['SESSION_SECRET']! })
app.post<{ Body: Record<string, string> }>('/sign-in', async ({ body }, reply) => {
  // Replace by your own sign-in.
  if (body['password'] !== process.env['DEMO_PASSWORD']) return reply.code(401).send()
  const options = { signed: true, httpOnly: true, sameSite: 'lax', path: '/' } as const
  return reply.setCookie('user', body['userId']!, options).code(204).send()
})
app.all('/chat/token', toNodeHandler(tokens))
