// app/routes/chat.token.ts
import { createCookieSessionStorage, type LoaderFunctionArgs } from 'react-router'
import { createTokenHandler } from 'react-chat-auth/server'

/** Replace by your own session storage. */
export const { getSession, commitSession } = createCookieSessionStorage<{ userId: string }>({
  cookie: { name: 'session', secrets: [process.env['SESSION_SECRET']!], httpOnly: true },
})

const tokens = createTokenHandler({
  secret: process.env['CHAT_SECRET']!,
  authenticate: async ({ headers }) => (await getSession(headers.get('Cookie'))).get('userId'),
})

export const loader = ({ request }: LoaderFunctionArgs) => tokens(request)
export const action = loader
