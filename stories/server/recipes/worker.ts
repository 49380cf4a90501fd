import { createTokenHandler } from 'react-chat-auth/server'

interface Env {
  readonly CHAT_SECRET: string
  /** A key-value store: session id to user id. */
  readonly SESSIONS: { get(id: string): Promise<string | null> }
}

const tokens = createTokenHandler<Env>({
  secret: (env) => env.CHAT_SECRET,
  authenticate: ({ headers }, env) =>
    env.SESSIONS.get(headers.get('Cookie')?.match(/(?:^|; )session=([\w-]+)/)?.[1] ?? ''),
})

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname === '/chat/token') return tokens(request, env)
    return new Response('Not found', { status: 404 })
  },
}
