import { getIronSession } from 'iron-session'
import { createTokenHandler } from 'react-chat-auth/server'

export const sealed = { cookieName: 'session', password: process.env['SESSION_SECRET']! }

export const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  async authenticate(request) {
    // Collects the cookie of the prolonged session, to be sent with the token.
    const answer = new Response()
    const session = await getIronSession<{ userId?: string }>(request, answer, sealed)
    if (session.userId) await session.save()
    return { userId: session.userId ?? null, headers: answer.headers }
  },
})
