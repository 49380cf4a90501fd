'use client'
import type { QueryClient } from '@tanstack/react-query'
import { useMemo, type ReactElement, type ReactNode } from 'react'
import type { ChatAuth, ChatAuthOptions } from '../core/options.js'
import type { ChatUserInput } from '../core/types.js'
import { ChatAuthContext } from './context.js'
import { takeDeclaredUser } from './takeDeclaredUser.js'
import { DeclaredUser } from './DeclaredUser.js'
import { useOwnedAuth } from './useOwnedAuth.js'
import { useProviderQueryClient } from './useProviderQueryClient.js'
import { useSessionData } from './useSessionData.js'

interface CommonProps {
  /**
   * Who is to be connected. `{ id, … }` connects, another `id` switches, `null` logs out. Left out or
   * `undefined`, nothing is declared and the hooks alone decide: pass `currentUser ?? null` if being
   * signed out of the app means being logged out of the chat.
   *
   * Acted on when the `id` changes, and only then: what a hook does afterwards stands until the next
   * change. Other fields are read when the user connects. The object is read at every render, and may be
   * one that a store changes in place.
   */
  user?: ChatUserInput | null | undefined
  /**
   * Where the actions of the hooks run as mutations, and whose defaults and global callbacks
   * `useChatQuery` and `useChatMutation` take over when the provider is mounted. Their data is kept
   * apart from it, in a client that `useChatQueryClient` returns.
   * @default the nearest `QueryClientProvider`'s, or where there is none, one of the provider's own
   */
  queryClient?: QueryClient | undefined
  children?: ReactNode
}

type OptionProps<Client> = ChatAuthOptions<Client> & { auth?: undefined }

type HandleProps<Client> = {
  /** A handle made with `createChatAuth`: the provider neither configures nor disposes of it. */
  auth: ChatAuth<Client>
} & { [Option in keyof ChatAuthOptions]?: undefined }

/** The props of `ChatAuthProvider`: those of `createChatAuth`, or the handle that it returned. */
export type ChatAuthProviderProps<Client = unknown> = CommonProps &
  (OptionProps<Client> | HandleProps<Client>)

/**
 * Owns who is connected, for everything inside it: `connector`, `tokenProvider` and the other options
 * of `createChatAuth` as props, or `auth={auth}` with a handle made outside.
 *
 * Inline props never reconnect: only the user's `id` and the connector's `id` are identity. The latest
 * `tokenProvider` and the latest callbacks (`onEvent`, `beforeSessionEnd`, `afterSessionEnd`) are called;
 * the other options are read when the connector's `id` first appears.
 */
export function ChatAuthProvider<Client = unknown>(
  props: ChatAuthProviderProps<Client>,
): ReactElement {
  return props.auth ? <WithHandle {...props} /> : <WithOptions {...props} />
}

function WithHandle<Client>(props: CommonProps & HandleProps<Client>): ReactElement {
  const { auth, user, queryClient, children } = props
  return (
    <Scope auth={auth} user={user} queryClient={queryClient}>
      {children}
    </Scope>
  )
}

function WithOptions<Client>(props: CommonProps & OptionProps<Client>): ReactElement {
  const { auth: _, user, queryClient, children, ...options } = props
  const auth = useOwnedAuth<Client>(options)
  return (
    <Scope auth={auth} user={user} queryClient={queryClient}>
      {children}
    </Scope>
  )
}

function Scope({ auth, user, queryClient: given, children }: CommonProps & { auth: ChatAuth }) {
  const declared = user && takeDeclaredUser(user)
  const queryClient = useProviderQueryClient(given)
  const sessionData = useSessionData(auth, queryClient)
  const context = useMemo(
    () => ({ auth, queryClient, sessionData }),
    [auth, queryClient, sessionData],
  )
  return (
    <ChatAuthContext.Provider value={context}>
      <DeclaredUser auth={auth} user={declared} />
      {children}
    </ChatAuthContext.Provider>
  )
}
