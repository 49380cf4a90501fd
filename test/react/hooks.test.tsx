import { act, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import {
  ChatAuthGate,
  ConnectionStatus,
  LogoutSwitchUser,
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
  type HttpChatClient,
} from '../../src/index.js'
import { bob, createTestApp, jane, renderError, renderHookStrict } from '../support/renderStrict.js'

const hooks: Record<string, () => unknown> = {
  useAnonymous,
  useChatAuth,
  useChatAuthState,
  useChatClient,
  useChatFetch,
  useChatMutation: () => useChatMutation({ mutationFn: () => Promise.resolve() }),
  useChatQuery: () => useChatQuery({ queryKey: [], queryFn: () => null }),
  useChatQueryClient,
  useChatUser,
  useGuest,
  useSuspenseChatUser,
}

test.for(Object.entries(hooks))(
  'the hook %s throws outside its provider, and says where it must be used',
  ([name, useHook]) => {
    function Component() {
      useHook()
      return null
    }
    const message = String(renderError(<Component />))
    expect(message).toContain(`${name} must be used inside <ChatAuthProvider>: wrap`)
  },
)

test.for([ChatAuthGate, ConnectionStatus, LogoutSwitchUser] as const)(
  'a component says so too: %o',
  (Component) => {
    const message = String(renderError(<Component />))
    expect(message).toMatch(/<(ChatAuthGate|ConnectionStatus|LogoutSwitchUser)> must be used/)
  },
)

test('useChatAuth returns the handle, the same at every render', async () => {
  const { App } = createTestApp()
  const { result, rerender } = renderHookStrict(useChatAuth, App)
  const first = result.current
  rerender()

  expect(result.current).toBe(first)
  expect(first.getState().status).toBe('disconnected')
})

test('useChatClient returns the client of the live session, a new one for the next session, otherwise null', async () => {
  const { App } = createTestApp()
  const useBoth = () => ({ client: useChatClient<HttpChatClient>(), ...useChatUser() })
  const { result } = renderHookStrict(useBoth, App)
  expect(result.current.client).toBeNull()

  await act(() => result.current.connectUser(jane))
  const first = result.current.client
  expect(first?.connectionId).toEqual(expect.any(String))

  await act(() => result.current.switchUser(bob))
  expect(result.current.client).not.toBe(first)
  await act(() => result.current.disconnectUser())
  expect(result.current.client).toBeNull()
})

test('useChatFetch returns one function for all renders, which sends as the connected user', async () => {
  const { App, backend } = createTestApp()
  const useBoth = () => ({ fetch: useChatFetch(), ...useChatUser() })
  const { result } = renderHookStrict(useBoth, App)
  const { fetch } = result.current
  await expect(fetch('/channels')).rejects.toMatchObject({ code: 'not-connected' })

  await act(() => result.current.connectUser(jane))
  expect(result.current.fetch).toBe(fetch)
  await act(() => fetch('/channels/messaging/team/query', { method: 'POST', body: '{}' }))
  expect(backend.requests.at(-1)).toMatchObject({ userId: 'jane', status: 201 })
})

test('useGuest connects the guest that the backend created', async () => {
  const { App, backend, tokenProvider } = createTestApp()
  const { result } = renderHookStrict(() => useGuest(), App)
  expect(result.current).toMatchObject({ guest: null, isGuest: false, isPending: false })

  backend.faults.slowMs = 60
  let connecting!: Promise<unknown>
  act(() => {
    connecting = result.current.setGuestUser({ id: 'visitor', name: 'Visitor' })
  })
  await waitFor(() => expect(result.current.isPending).toBe(true))
  await act(() => connecting)

  await waitFor(() => expect(result.current.isPending).toBe(false))
  const { guest } = result.current
  expect(result.current).toMatchObject({ isGuest: true, error: null })
  expect(guest).toMatchObject({ name: 'Visitor' })
  expect(guest?.id).not.toBe('visitor')
  expect(tokenProvider).not.toHaveBeenCalled()
  expect(backend.counters).toMatchObject({ guestsCreated: 1, liveSockets: 1 })
})

test('useGuest throws at once without a user id', () => {
  const { App } = createTestApp()
  const { result } = renderHookStrict(() => useGuest(), App)
  expect(() => result.current.setGuestUser(undefined as never)).toThrow('`user.id`')
})

test('useGuest shows the error of a guest who cannot connect, until reset', async () => {
  const { App, backend } = createTestApp()
  backend.faults.answerWith = 99
  const { result } = renderHookStrict(() => useGuest(), App)
  await act(() =>
    expect(result.current.setGuestUser({ id: 'visitor' })).rejects.toMatchObject({
      code: 'app-suspended',
    }),
  )
  await waitFor(() => expect(result.current.error?.code).toBe('app-suspended'))
  expect(result.current.isGuest).toBe(false)

  act(() => result.current.reset())
  await waitFor(() => expect(result.current.error).toBeNull())
})

test('useAnonymous connects without a user and asks for no token', async () => {
  const { App, tokenProvider } = createTestApp()
  const useBoth = () => ({ ...useAnonymous(), identity: useChatUser().identity })
  const { result } = renderHookStrict(useBoth, App)
  expect(result.current.isAnonymous).toBe(false)
  await act(() => result.current.connectAnonymousUser())

  await waitFor(() => expect(result.current.isPending).toBe(false))
  expect(result.current).toMatchObject({ isAnonymous: true, identity: { type: 'anonymous' } })
  expect(tokenProvider).not.toHaveBeenCalled()
})

test('a connected user is neither a guest nor anonymous', async () => {
  const { App } = createTestApp()
  const useAll = () => ({ ...useGuest(), ...useAnonymous(), ...useChatUser() })
  const { result } = renderHookStrict(useAll, App)
  await act(() => result.current.connectUser(jane))

  expect(result.current).toMatchObject({ isConnected: true, isGuest: false, isAnonymous: false })
})
