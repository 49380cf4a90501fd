import type {
  DefinedUseQueryResult,
  QueryClient,
  UseMutationResult,
  UseQueryResult,
} from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { expectTypeOf, test } from 'vitest'
import {
  ChatAuthGate,
  ChatAuthProvider,
  useAnonymous,
  useChatAuth,
  useChatAuthState,
  useChatClient,
  useChatFetch,
  useChatMutation,
  useChatQuery,
  useChatQueryClient,
  useChatUser,
  useGuest,
  useSuspenseChatUser,
  type ChatAuth,
  type ChatAuthError,
  type ChatAuthState,
  type ChatIdentity,
  type ChatSession,
  type ChatQueryContext,
  type ChatUser,
  type Connector,
  type HttpChatClient,
  type Retrying,
  type SuspenseChatUser,
  type UseChatUserResult,
} from '../../src/index.js'

// What is checked here is checked by `npm run typecheck`. Nothing of it runs: hooks need a component.
declare const connector: Connector<HttpChatClient>
declare const auth: ChatAuth<HttpChatClient>
declare const tokenProvider: () => Promise<string>
const checked = (_check: () => unknown) => {}

test('the provider takes options or a handle, and never both', () => {
  expectTypeOf(ChatAuthProvider).returns.toEqualTypeOf<ReactElement>()
  checked(() => <ChatAuthProvider connector={connector} />)
  checked(() => (
    <ChatAuthProvider connector={connector} tokenProvider={tokenProvider} user={null} />
  ))
  checked(() => <ChatAuthProvider connector={connector} tokenProvider="a static token" />)
  checked(() => <ChatAuthProvider auth={auth} user={{ id: 'jane', name: 'Jane' }} />)
  checked(() => <ChatAuthProvider auth={auth} queryClient={{} as QueryClient} user={undefined} />)
  // @ts-expect-error -- neither
  checked(() => <ChatAuthProvider user={null} />)
  // @ts-expect-error -- a handle has its own connector
  checked(() => <ChatAuthProvider auth={auth} connector={connector} />)
  // @ts-expect-error -- and its own token provider
  checked(() => <ChatAuthProvider auth={auth} tokenProvider={tokenProvider} />)
  // @ts-expect-error -- a user has an id
  checked(() => <ChatAuthProvider connector={connector} user={{ name: 'Jane' }} />)
})

test('useChatUser has the session flat, and actions to await', () => {
  expectTypeOf(useChatUser).returns.toEqualTypeOf<UseChatUserResult>()
  expectTypeOf<UseChatUserResult['user']>().toEqualTypeOf<ChatUser | null>()
  expectTypeOf<UseChatUserResult['status']>().toEqualTypeOf<ChatAuthState['status']>()
  expectTypeOf<UseChatUserResult['error']>().toEqualTypeOf<ChatAuthError | null>()
  expectTypeOf<UseChatUserResult['actionError']>().toEqualTypeOf<ChatAuthError | null>()
  expectTypeOf<UseChatUserResult['tokenExpiresAt']>().toEqualTypeOf<Date | null>()
  expectTypeOf<UseChatUserResult['connectUser']>().returns.toEqualTypeOf<Promise<ChatSession>>()
  expectTypeOf<UseChatUserResult['disconnectUser']>().returns.toEqualTypeOf<Promise<void>>()
})

test('updateUser of useChatUser takes fields of the user or null, and resolves with the user', () => {
  checked(() => {
    const { updateUser } = useChatUser()
    expectTypeOf(updateUser).returns.toEqualTypeOf<Promise<ChatUser>>()
    void updateUser({ name: 'Jane', image: null })
    // @ts-expect-error -- the fields come as an object
    void updateUser('Jane')
    return updateUser
  })
})

test('useChatUser is a union by status, also once it is destructured', () => {
  checked(() => {
    const {
      status,
      error,
      user,
      sessionId,
      connectedAt,
      identity,
      isConnected,
      endedBy,
      ...actions
    } = useChatUser()
    if (status === 'failed') {
      expectTypeOf(error).toEqualTypeOf<ChatAuthError>()
      expectTypeOf(error.code).toEqualTypeOf<ChatAuthError['code']>()
      expectTypeOf(user).toEqualTypeOf<null>()
      expectTypeOf(identity).toEqualTypeOf<ChatIdentity>()
    }
    if (status === 'connected' || status === 'reconnecting' || status === 'paused') {
      expectTypeOf(user).toEqualTypeOf<ChatUser>()
      expectTypeOf(sessionId).toEqualTypeOf<string>()
      expectTypeOf(connectedAt).toEqualTypeOf<Date>()
      expectTypeOf(error).toEqualTypeOf<null>()
    }
    if (status === 'disconnected') {
      expectTypeOf(identity).toEqualTypeOf<null>()
      expectTypeOf(endedBy).toEqualTypeOf<'another-tab' | null>()
    } else expectTypeOf(endedBy).toEqualTypeOf<null>()
    if (isConnected) expectTypeOf(user.id).toEqualTypeOf<string>()
    // @ts-expect-error -- perhaps nobody
    void user.id
    return actions.connectUser
  })
  checked(() => {
    const session = useChatUser()
    expectTypeOf(session.retrying).toEqualTypeOf<Retrying | null>()
    return session.status === 'failed' ? session.error.remedy : session.user?.name
  })
})

test('useGuest and useAnonymous have what their names say', () => {
  type Guest = ReturnType<typeof useGuest>
  expectTypeOf<Guest['guest']>().toEqualTypeOf<ChatUser | null>()
  expectTypeOf<Guest['isGuest']>().toEqualTypeOf<boolean>()
  expectTypeOf<Guest['setGuestUser']>().toBeCallableWith({ id: 'visitor' })
  type Anonymous = ReturnType<typeof useAnonymous>
  expectTypeOf<Anonymous['isAnonymous']>().toEqualTypeOf<boolean>()
  expectTypeOf<Anonymous['connectAnonymousUser']>().parameters.toEqualTypeOf<[]>()
})

test('the hooks that hand out the client are told its type by the app', () => {
  expectTypeOf(useChatClient<HttpChatClient>).returns.toEqualTypeOf<HttpChatClient | null>()
  expectTypeOf(useChatClient).returns.toEqualTypeOf<unknown>()
  expectTypeOf(useChatAuth<HttpChatClient>).returns.toEqualTypeOf<ChatAuth<HttpChatClient>>()
  expectTypeOf(useChatFetch).returns.toEqualTypeOf<ChatAuth['fetch']>()
  expectTypeOf(
    useSuspenseChatUser<HttpChatClient>,
  ).returns.toEqualTypeOf<SuspenseChatUser<HttpChatClient> | null>()
  checked(() => (
    <ChatAuthGate<HttpChatClient> fallback={({ status }) => status}>
      {({ client, user }) => `${client.connectionId} ${user.id}`}
    </ChatAuthGate>
  ))
  checked(() => (
    <ChatAuthGate
      fallback={(state) => {
        // @ts-expect-error -- a live session is none of the fallback's business
        return state.status === 'connected'
      }}
    />
  ))
})

test('useChatAuthState returns the whole state, or what a selector makes of it', () => {
  checked(() => {
    expectTypeOf(useChatAuthState()).toEqualTypeOf<ChatAuthState>()
    expectTypeOf(useChatAuthState<HttpChatClient>()).toEqualTypeOf<ChatAuthState<HttpChatClient>>()
    expectTypeOf(useChatAuthState((state) => state.status === 'failed')).toEqualTypeOf<boolean>()
  })
})

test('useChatQuery infers its data, what is selected, and its key', () => {
  checked(() => {
    const names = useChatQuery({
      queryKey: ['channel', 7],
      queryFn: async ({ fetch, user, sessionId, signal, queryKey, client }) => {
        expectTypeOf(fetch).toEqualTypeOf<ChatAuth['fetch']>()
        expectTypeOf(user).toEqualTypeOf<ChatUser>()
        expectTypeOf(sessionId).toEqualTypeOf<string>()
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
        expectTypeOf(queryKey).toEqualTypeOf<readonly ['channel', 7]>()
        expectTypeOf(client).toEqualTypeOf<unknown>()
        return ['general']
      },
    })
    expectTypeOf(names).toEqualTypeOf<UseQueryResult<string[], Error>>()

    const count = useChatQuery({
      queryKey: ['channels'],
      queryFn: () => ['general'],
      select: (channels) => channels.length,
      placeholderData: (previous) => previous,
    })
    expectTypeOf(count.data).toEqualTypeOf<number | undefined>()

    const id = useChatQuery({
      queryKey: ['id'],
      queryFn: ({ client }: ChatQueryContext<HttpChatClient>) => client.connectionId,
    })
    expectTypeOf(id.data).toEqualTypeOf<HttpChatClient['connectionId'] | undefined>()

    // @ts-expect-error -- data of a session is persisted nowhere
    useChatQuery({ queryKey: [], queryFn: () => 1, persister: () => 1 })
    // @ts-expect-error -- a hash of the app's own might leave the session out
    useChatQuery({ queryKey: [], queryFn: () => 1, queryKeyHashFn: () => 'same' })
  })
})

test('useChatQuery has data from the start where it is given data to begin with', () => {
  checked(() => {
    const queryFn = async () => ['general']
    const initial = useChatQuery({ queryKey: ['channels'], queryFn, initialData: [] })
    expectTypeOf(initial).toEqualTypeOf<DefinedUseQueryResult<string[], Error>>()
    expectTypeOf(initial.data).toEqualTypeOf<string[]>()
    const made = useChatQuery({
      queryKey: ['channels'],
      queryFn,
      initialData: () => ['team'],
      select: (channels) => channels.length,
    })
    expectTypeOf(made.data).toEqualTypeOf<number>()
    const perhaps = useChatQuery({
      queryKey: ['channels'],
      queryFn,
      initialData: (): string[] | undefined => undefined,
    })
    expectTypeOf(perhaps.data).toEqualTypeOf<string[] | undefined>()
    const none = useChatQuery({ queryKey: ['channels'], queryFn, initialData: undefined })
    expectTypeOf(none.data).toEqualTypeOf<string[] | undefined>()
  })
})

test('useChatMutation infers its data and its variables', () => {
  checked(() => {
    const send = useChatMutation({
      mutationFn: async (text: string, { fetch, user, signal }) => {
        expectTypeOf(fetch).toEqualTypeOf<ChatAuth['fetch']>()
        expectTypeOf(user).toEqualTypeOf<ChatUser>()
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
        return text.length
      },
      onMutate: (text) => ({ before: text }),
      onError: (_error, _text, result) =>
        expectTypeOf(result).toEqualTypeOf<{ before: string } | undefined>(),
    })
    expectTypeOf(send).toEqualTypeOf<UseMutationResult<number, Error, string, { before: string }>>()
    // @ts-expect-error -- there is a text to send
    send.mutate()

    const leave = useChatMutation({ mutationFn: () => Promise.resolve() })
    leave.mutate()
  })
})

test('useChatQueryClient makes keys that keep their type', () => {
  checked(() => {
    const { queryClient, sessionKey } = useChatQueryClient()
    expectTypeOf(queryClient).toEqualTypeOf<QueryClient>()
    expectTypeOf(sessionKey(['channels', 7])).toEqualTypeOf<
      readonly ['chat-auth', string | null, 'channels', 7]
    >()
  })
})
