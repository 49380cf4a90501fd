import { expectTypeOf, test } from 'vitest'
import {
  createChatAuth,
  httpConnector,
  httpTokenProvider,
  isChatAuthError,
  type ChatAuth,
  type ChatAuthErrorCode,
  type ChatAuthOptions,
  type ChatAuthState,
  type ChatIdentity,
  type ChatSession,
  type ChatUser,
  type Connector,
  type EndQuestion,
  type HttpChatClient,
  type TokenProvider,
  type TokenRequest,
} from '../../src/core.js'

// What is checked here is checked by `npm run typecheck`; run, these tests are empty.

test('the state narrows by its status, and each branch has what is true in it', () => {
  const use = (state: ChatAuthState<HttpChatClient>) => {
    expectTypeOf(state.status).toEqualTypeOf<
      | 'disconnected'
      | 'connecting'
      | 'connected'
      | 'reconnecting'
      | 'paused'
      | 'disconnecting'
      | 'failed'
    >()
    // @ts-expect-error -- nobody is connected yet
    void state.user
    if (
      state.status === 'connected' ||
      state.status === 'reconnecting' ||
      state.status === 'paused'
    ) {
      expectTypeOf(state.user).toEqualTypeOf<ChatUser>()
      expectTypeOf(state.client).toEqualTypeOf<HttpChatClient>()
      expectTypeOf(state.sessionId).toEqualTypeOf<string>()
      expectTypeOf(state.token.expiresAt).toEqualTypeOf<Date | null>()
      // @ts-expect-error -- never the token itself
      void state.token.value
    }
    if (state.status === 'reconnecting') expectTypeOf(state.attempt).toEqualTypeOf<number>()
    if (state.status === 'connecting') {
      expectTypeOf(state.identity).toEqualTypeOf<ChatIdentity>()
      // @ts-expect-error -- there is no session yet
      void state.client
    }
    if (state.status === 'failed') {
      expectTypeOf(state.error.code).toEqualTypeOf<ChatAuthErrorCode>()
      expectTypeOf(state.error.remedy).toEqualTypeOf<string>()
    }
    if (state.status === 'disconnected')
      expectTypeOf<keyof typeof state>().toEqualTypeOf<'status' | 'endedBy'>()
  }
  expectTypeOf(use).toBeFunction()
})

test('an identity has a user unless it is anonymous', () => {
  expectTypeOf<
    Extract<ChatIdentity, { type: 'user' | 'guest' }>['user']
  >().toEqualTypeOf<ChatUser>()
  expectTypeOf<keyof Extract<ChatIdentity, { type: 'anonymous' }>>().toEqualTypeOf<'type'>()
})

test('a token provider is a function or an object, which may answer at once', () => {
  expectTypeOf<() => string>().toExtend<TokenProvider>()
  expectTypeOf<(request: TokenRequest) => Promise<string>>().toExtend<TokenProvider>()
  expectTypeOf<{ getToken: (request: TokenRequest) => string }>().toExtend<TokenProvider>()
  expectTypeOf<ReturnType<typeof httpTokenProvider>>().toExtend<TokenProvider>()
  expectTypeOf<() => Promise<string | undefined>>().not.toExtend<TokenProvider>()
  expectTypeOf<() => Promise<{ token: string }>>().not.toExtend<TokenProvider>()
  expectTypeOf<string>().not.toExtend<TokenProvider>()

  expectTypeOf<TokenRequest['reason']>().toEqualTypeOf<
    'connect' | 'renewal' | 'expired' | 'refused' | 'manual'
  >()
  expectTypeOf<TokenRequest['signal']>().toEqualTypeOf<AbortSignal>()
})

test('the handle knows the client of the connector it was made with', () => {
  expectTypeOf(httpConnector).returns.toEqualTypeOf<Connector<HttpChatClient>>()
  const make = () => createChatAuth({ connector: httpConnector({ apiKey: '', baseUrl: '' }) })
  expectTypeOf(make).returns.toEqualTypeOf<ChatAuth<HttpChatClient>>()
  expectTypeOf<ChatAuth<HttpChatClient>['getState']>().returns.toEqualTypeOf<
    ChatAuthState<HttpChatClient>
  >()
})

test('only the connector is needed, and an unknown option is a mistake', () => {
  expectTypeOf<{ connector: Connector }>().toExtend<ChatAuthOptions>()
  // @ts-expect-error -- there is no backend to reach without a connector
  const nothing: ChatAuthOptions = {}
  // @ts-expect-error -- units are in the names
  const misspelt: ChatAuthOptions = { connector: {} as Connector, holdTimeout: 1 }
  expectTypeOf([nothing, misspelt]).toBeArray()
})

test('users have an id, tokens are a string or a provider', () => {
  type Connect = Parameters<ChatAuth['connectUser']>
  expectTypeOf<[{ id: string; name: string }]>().toExtend<Connect>()
  expectTypeOf<[{ id: string; team: number }, string]>().toExtend<Connect>()
  expectTypeOf<[{ id: string }, () => Promise<string>]>().toExtend<Connect>()
  expectTypeOf<[{ name: string }]>().not.toExtend<Connect>()
  expectTypeOf<[{ id: number }]>().not.toExtend<Connect>()
})

test('isChatAuthError narrows what was caught', () => {
  const use = (error: unknown) => {
    if (isChatAuthError(error)) {
      expectTypeOf(error.retryable).toEqualTypeOf<boolean>()
      expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | null>()
    }
  }
  expectTypeOf(use).toBeFunction()
})

test('disconnectUser takes an option, and remains a handler of clicks', () => {
  expectTypeOf<ChatAuth['disconnectUser']>().toBeCallableWith({ thisTabOnly: true })
  expectTypeOf<ChatAuth['disconnectUser']>().toExtend<(event: { clientX: number }) => unknown>()
})

test('confirmEnd is told who would leave, who is next and what would be lost', () => {
  expectTypeOf<EndQuestion<string>['client']>().toEqualTypeOf<string>()
  expectTypeOf<EndQuestion['action']>().toEqualTypeOf<'logOut' | 'switch'>()
  expectTypeOf<EndQuestion['next']>().toEqualTypeOf<ChatIdentity | null>()
  expectTypeOf<EndQuestion['unsaved']>().toEqualTypeOf<number>()
  expectTypeOf<NonNullable<ChatAuthOptions['confirmEnd']>>().returns.toEqualTypeOf<
    void | boolean | Promise<void | boolean>
  >()
})

test('ready() gives the session with the client of the connector, and takes a signal that may be absent', () => {
  const use = async (auth: ChatAuth<HttpChatClient>) => {
    expectTypeOf(auth.ready()).resolves.toEqualTypeOf<ChatSession<HttpChatClient>>()
    const { client, user, sessionId } = await auth.ready({ signal: undefined })
    expectTypeOf(client).toEqualTypeOf<HttpChatClient>()
    expectTypeOf(user).toEqualTypeOf<ChatUser>()
    expectTypeOf(sessionId).toEqualTypeOf<string>()
    await auth.ready({ signal: null })
    // @ts-expect-error -- a controller is no signal
    await auth.ready({ signal: new AbortController() })
  }
  void use
})

test('getToken() gives a string, and is a token provider', () => {
  const use = (auth: ChatAuth) => {
    expectTypeOf(auth.getToken()).resolves.toEqualTypeOf<string>()
    expectTypeOf(auth.getToken({ userId: undefined })).resolves.toEqualTypeOf<string>()
    expectTypeOf(() => auth.getToken({ userId: 'jane' })).toExtend<TokenProvider>()
    // @ts-expect-error -- the id, not the user
    void auth.getToken({ userId: { id: 'jane' } })
  }
  void use
})

test('tokenProvider takes a static token, a function, an object, and nothing else', () => {
  type Tokens = ChatAuthOptions['tokenProvider']
  expectTypeOf<string>().toExtend<Tokens>()
  expectTypeOf<undefined>().toExtend<Tokens>()
  expectTypeOf<() => Promise<string>>().toExtend<Tokens>()
  expectTypeOf<{ getToken: () => string }>().toExtend<Tokens>()
  expectTypeOf<null>().not.toExtend<Tokens>()
  expectTypeOf<Promise<string>>().not.toExtend<Tokens>()
  expectTypeOf<number>().not.toExtend<Tokens>()
})
