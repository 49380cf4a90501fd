import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createTokenHandler, toNodeHandler } from 'react-chat-auth/server'

const sessions = new Map<string, string>()
const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  authenticate: ({ headers }) =>
    sessions.get(headers.get('Cookie')?.match(/sid=([\w-]+)/)?.[1] ?? ''),
})

async function signIn(request: Request) {
  const { userId, password } = await request.json()
  // Replace by your own sign-in.
  if (password !== process.env['DEMO_PASSWORD']) return new Response(null, { status: 401 })
  const sid = randomUUID()
  sessions.set(sid, userId)
  return new Response(null, { status: 204, headers: { 'Set-Cookie': `sid=${sid}; HttpOnly` } })
}

const answer = toNodeHandler((req) => (req.url.endsWith('/sign-in') ? signIn(req) : tokens(req)))
export const server = createServer((request, response) => void answer(request, response))
