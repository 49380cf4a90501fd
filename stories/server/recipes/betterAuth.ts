import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { createTokenHandler } from 'react-chat-auth/server'

export const auth = betterAuth({
  baseURL: 'https://app.test',
  secret: process.env['SESSION_SECRET']!,
  // Replace by your own database.
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true },
  // Prolongs the session at every request; the default is once a day.
  session: { updateAge: 0 },
})
export const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  async authenticate({ headers }) {
    const session = await auth.api.getSession({ headers, returnHeaders: true })
    return { userId: session.response?.user.id ?? null, headers: session.headers }
  },
})
