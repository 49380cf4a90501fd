import { act, screen, waitFor } from '@testing-library/react'
import type { StreamChat, TokenOrProvider } from 'stream-chat'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createChatAuth } from '../../src/browser/createChatAuth.js'
import { streamChatConnector } from '../../src/connectors/streamChat/streamChatConnector.js'
import { useCreateChatClient } from '../../src/stream-chat-react.js'
import type { ChatBackendOptions } from '../../src/testing/backendOptions.js'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { renderError, renderStrict } from '../support/renderStrict.js'
import { serveBackend } from '../support/serveBackend.js'

interface ChatProps {
  user?: { id: string; [field: string]: unknown }
  tokens?: TokenOrProvider
  name?: string
}

/** A real server, and an app on the hook whose arguments are new at every render. */
async function setUp(backendOptions?: ChatBackendOptions) {
  const backend = createChatBackend(backendOptions)
  const server = await serveBackend(backend)
  onTestFinished(async () => {
    backend.dispose()
    await server.close()
  })
  const fetchToken = vi.fn(async (userId: string) => {
    const response = await fetch(`${server.url}${backend.tokenEndpoint.path}?user_id=${userId}`)
    if (!response.ok) throw Object.assign(new Error('No token.'), { status: response.status })
    return ((await response.json()) as { token: string }).token
  })
  const ask = vi.fn()
  /** Clients by the name of their component, each once. */
  const clients: Record<string, StreamChat[]> = {}
  const settings = () => ({ apiKey: backend.apiKey, options: { baseURL: server.url } })

  function Chat({ user = { id: 'jane', name: 'Jane' }, tokens, name = 'chat' }: ChatProps) {
    const client = useCreateChatClient({
      ...settings(),
      tokenOrProvider:
        tokens === undefined
          ? (...given: unknown[]) => {
              ask(...given)
              return fetchToken(user.id)
            }
          : tokens,
      userData: { ...user },
    })
    const known = (clients[name] ??= [])
    if (client && !known.includes(client)) known.push(client)
    const text = client ? `${name}: ${client.userID}` : `${name}: none`
    return <p>{text}</p>
  }

  return {
    backend,
    Chat,
    ask,
    clients,
    connector: () => streamChatConnector(settings()),
    latest: (name = 'chat') => clients[name]?.at(-1) as StreamChat,
  }
}

const shows = (text: string) => screen.findByText(text, {}, { timeout: 20_000 })
const me = (client: StreamChat) => act(() => client.get(`${client.baseURL}/me`))

test('useCreateChatClient connects once in StrictMode, however often its inline arguments are new, and calls the function without arguments', async () => {
  const { backend, Chat, ask, clients } = await setUp()
  const { rerender } = renderStrict(<Chat />)
  expect(screen.getByText('chat: none')).toBeTruthy()
  await shows('chat: jane')
  for (let n = 0; n < 10; n++) rerender(<Chat />)
  expect(clients['chat']).toHaveLength(1)
  expect(ask.mock.calls).toEqual([[]])
  expect(backend.counters).toMatchObject({ socketsOpened: 1, liveSockets: 1, tokenCalls: 1 })
})

test('useCreateChatClient keeps its client through an expired and a revoked token', async () => {
  const { backend, Chat, clients, latest } = await setUp()
  renderStrict(<Chat />)
  await shows('chat: jane')
  await backend.expireToken('jane')
  await me(latest())
  await backend.revokeTokens('jane')
  await me(latest())
  expect(clients['chat']).toHaveLength(1)
  expect(backend.counters).toMatchObject({ tokenCalls: 3, acceptedTwice: 0 })
})

test('useCreateChatClient returns no client of the last user once `userData.id` is another, and then a client of its own', async () => {
  const { backend, Chat, latest } = await setUp()
  const { rerender } = renderStrict(<Chat />)
  await shows('chat: jane')
  const before = latest()
  rerender(<Chat user={{ id: 'bob' }} />)
  expect(screen.getByText('chat: none')).toBeTruthy()
  await shows('chat: bob')
  expect(latest()).not.toBe(before)
  await expect(me(before)).rejects.toMatchObject({ code: 'session-ended' })
  expect(backend.counters).toMatchObject({ wrongUserTokens: 0, liveSockets: 1 })
})

test.each<[string, ChatProps | null]>([
  ['is unmounted', null],
  ['gets another user', { user: { id: 'bob' } }],
  ['loses its tokens', { tokens: null }],
])('a component that %s ends no session of that user elsewhere', async (_what, next) => {
  const { backend, Chat, clients } = await setUp()
  const app = (leaver: ChatProps | null) => (
    <>
      <Chat name="other" />
      {leaver && <Chat name="leaver" {...leaver} />}
    </>
  )
  const { rerender } = renderStrict(app({}))
  await shows('other: jane')
  await shows('leaver: jane')
  rerender(app(next))
  if (next) await shows(next.user ? 'leaver: bob' : 'leaver: none')
  await waitFor(() => expect(backend.counters.liveSockets).toBe(next?.user ? 2 : 1))
  await me(clients['other']![0]!)
  expect(screen.getByText('other: jane')).toBeTruthy()
  expect(clients['other']).toHaveLength(1)
  expect(backend.counters.socketsOpened).toBe(next?.user ? 3 : 2)
})

test.each(['a log-out', 'a switch'])(
  '%s elsewhere ends the session of useCreateChatClient, whose user is connected again at the next look at the page',
  async (what) => {
    const { Chat, clients, connector, ask } = await setUp()
    renderStrict(<Chat />)
    await shows('chat: jane')
    const auth = createChatAuth({
      connector: connector(),
      tokenProvider: ({ userId }) =>
        fetch(`${clients['chat']![0]!.baseURL}/token?user_id=${userId}`)
          .then((response) => response.json())
          .then(({ token }: { token: string }) => token),
    })
    onTestFinished(() => auth.dispose())
    await auth.connectUser({ id: 'jane' })
    await (what === 'a log-out' ? auth.disconnectUser() : auth.switchUser({ id: 'bob' }))
    await shows('chat: none')
    const asked = ask.mock.calls.length
    act(() => void window.dispatchEvent(new Event('focus')))
    await shows('chat: jane')
    expect(ask.mock.calls.length).toBe(asked + 1)
    expect(clients['chat']).toHaveLength(2)
  },
)

test('useCreateChatClient waits for a token that is null, connects with the string that comes, and takes another at once', async () => {
  const { backend, Chat, clients, latest } = await setUp()
  // The socket notices nothing, so that only the new token can answer the request.
  backend.socketExpiry = 'silent'
  const { rerender } = renderStrict(<Chat tokens={null} />)
  expect(backend.counters).toMatchObject({ socketsOpened: 0, tokenCalls: 0 })
  rerender(<Chat tokens={await backend.createToken('jane')} />)
  await shows('chat: jane')
  await backend.expireToken('jane')
  rerender(<Chat tokens={await backend.createToken('jane')} />)
  await me(latest())
  expect(clients['chat']).toHaveLength(1)
  expect(backend.counters.refused).toEqual({})
  rerender(<Chat tokens={null} />)
  await shows('chat: none')
  await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
})

/** What a developer reads on the console. */
function developersHints() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.stubEnv('NODE_ENV', 'development')
  onTestFinished(() => {
    warn.mockRestore()
    vi.unstubAllEnvs()
  })
  return () => warn.mock.calls.map(([hint]) => String(hint))
}

test('a static token that has expired leaves the last client to be read, names the error in development, and another token connects', async () => {
  const hints = developersHints()
  const { backend, Chat, clients, latest } = await setUp()
  const { rerender } = renderStrict(<Chat tokens={await backend.createToken('jane')} />)
  await shows('chat: jane')
  const before = latest()
  await backend.expireToken('jane')
  await act(() => expect(me(before)).rejects.toMatchObject({ code: 'token-expired' }))
  await waitFor(() => expect(hints()).toHaveLength(1))
  expect(hints()[0]).toContain('the session of "jane" failed.')
  expect(hints()[0]).toContain('A static token cannot be renewed')
  expect(screen.getByText('chat: jane')).toBeTruthy()
  expect(clients['chat']).toEqual([before])
  rerender(<Chat tokens={await backend.createToken('jane')} />)
  await waitFor(() => expect(latest()).not.toBe(before))
  await me(latest())
  expect(hints()).toHaveLength(1)
})

test('a client kept after a failure is not returned for another user, nor afterwards', async () => {
  const hints = developersHints()
  const { backend, Chat } = await setUp()
  const { rerender } = renderStrict(<Chat tokens={await backend.createToken('jane')} />)
  await shows('chat: jane')
  await backend.revokeTokens('jane')
  await waitFor(() => expect(hints()).toHaveLength(1))
  expect(screen.getByText('chat: jane')).toBeTruthy()
  rerender(<Chat user={{ id: 'bob' }} tokens={null} />)
  expect(screen.getByText('chat: none')).toBeTruthy()
  rerender(<Chat tokens={null} />)
  expect(screen.getByText('chat: none')).toBeTruthy()
})

test('useCreateChatClient returns null after a function that fails with 401, and says so in development', async () => {
  const hints = developersHints()
  const { backend, Chat, clients } = await setUp()
  backend.tokenEndpoint.fault = '401'
  renderStrict(<Chat />)
  await waitFor(() => expect(hints()).toHaveLength(1))
  expect(hints()[0]).toContain('useCreateChatClient')
  expect(screen.getByText('chat: none')).toBeTruthy()
  expect(clients['chat']).toEqual([])
  expect(backend.counters.tokenCalls).toBe(1)
})

test('useCreateChatClient takes a whole record of the backend as `userData`, and sends what changes in it, once', async () => {
  const { backend, Chat, latest } = await setUp()
  const record = {
    id: 'jane',
    name: 'Jane',
    role: 'user',
    online: false,
    unread_count: 3,
    mutes: [],
  }
  const { rerender } = renderStrict(<Chat user={record} />)
  await shows('chat: jane')
  const patches = () => backend.requests.filter(({ method }) => method === 'PATCH').length
  rerender(<Chat user={{ ...record, online: true, unread_count: 4 }} />)
  expect(patches()).toBe(0)
  for (let n = 0; n < 3; n++) rerender(<Chat user={{ ...record, name: 'Jane Miller' }} />)
  await waitFor(() => expect(latest().user?.name).toBe('Jane Miller'))
  expect(patches()).toBe(1)
})

test('useCreateChatClient names an option of the wrong kind in render', async () => {
  const { Chat } = await setUp()
  const errorOf = (props: object) => String(renderError(<Chat {...props} />))
  expect(errorOf({ user: { name: 'Jane' } })).toContain('TypeError: `userData.id`')
  expect(errorOf({ tokens: 7 })).toContain('TypeError: `tokenOrProvider`')
})
