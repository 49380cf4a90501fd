import { Hono, type Context } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'
import { createTokenHandler } from 'react-chat-auth/server'

const sessionSecret = process.env['SESSION_SECRET']!
const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  authenticate: (_, context: Context) => getSignedCookie(context, sessionSecret, 'user'),
})

export const app = new Hono()
app.post('/sign-in', async (context) => {
  const { userId, password } = await context.req.json()
  // Replace by your own sign-in.
  if (password !== process.env['DEMO_PASSWORD']) return context.body(null, 401)
  await setSignedCookie(context, 'user', userId, sessionSecret, { httpOnly: true, sameSite: 'Lax' })
  return context.body(null, 204)
})
app.all('/chat/token', (context) => tokens(context.req.raw, context))
