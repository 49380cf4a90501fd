// app/chat/token/route.ts
import { jwtVerify } from 'jose'
import { createTokenHandler } from 'react-chat-auth/server'

/** Reads the session cookie of Next's own authentication guide: a JWT with `userId`. */
async function authenticate({ headers }: Request) {
  const cookie = headers.get('Cookie')?.match(/(?:^|; )session=([^;]+)/)?.[1] ?? ''
  const key = new TextEncoder().encode(process.env['SESSION_SECRET'])
  const session = await jwtVerify<{ userId: string }>(cookie, key).catch(() => null)
  return session?.payload.userId
}

// A function, because `next build` also loads this file and may have no secret yet.
const tokens = createTokenHandler({ secret: () => process.env['CHAT_SECRET']!, authenticate })

export { tokens as GET, tokens as POST }
