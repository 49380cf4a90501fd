import session from 'cookie-session'
import express from 'express'
import { createTokenHandler, toNodeHandler } from 'react-chat-auth/server'

const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  authenticate: (_, { session }: express.Request) => session?.['userId'],
})

export const app = express()
app.use(session({ secret: process.env['SESSION_SECRET']!, sameSite: 'lax' }))
app.post('/sign-in', express.json(), (request, response) => {
  const { userId, password } = request.body
  // Replace by your own sign-in.
  if (password !== process.env['DEMO_PASSWORD']) return response.sendStatus(401)
  request.session = { userId }
  return response.sendStatus(204)
})
app.all('/chat/token', toNodeHandler(tokens))
