import { Auth, type AuthConfig } from '@auth/core'
import Credentials from '@auth/core/providers/credentials'
import { createTokenHandler } from 'react-chat-auth/server'

export const config: AuthConfig = {
  basePath: '/auth',
  secret: process.env['SESSION_SECRET']!,
  trustHost: true,
  providers: [Credentials({ authorize: ({ userId }) => ({ id: String(userId) }) })],
  callbacks: { session: ({ session, token }) => ({ ...session, userId: token.sub }) },
}
export const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  async authenticate(request) {
    const asked = new Request(new URL('/auth/session', request.url), { headers: request.headers })
    const answer = await Auth(asked, config)
    const session = await answer.json()
    return { userId: session?.userId ?? null, headers: answer.headers }
  },
})
