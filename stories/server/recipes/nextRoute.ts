// app/chat/token/route.ts
import { jwtVerify } from 'jose'
import { createTokenHandler } from 'react-chat-auth/server'

/** The session cookie of Next's own guide to authentication: a JWT that holds `userId`. */
async function authenticate({ headers }: Request) {
  const cookie = headers.get('Cookie')?.match(/(?:^|; )session=([^;]+)/)?.[1] ?? ''
  const key = new TextEncoder().encode(process.env['SESSION_SECRET'])
  const session = await jwtVerify<{ userId: string }>(cookie, key).catch(() => null)
  return session?.payload.userId
}

// As a function, for `next build` loads this file too, where there may be no secret yet.
const tokens = createTokenHandler({ secret: () => process.env['CHAT_SECRET']!, authenticate })

export { tokens as GET, tokens as POST }
