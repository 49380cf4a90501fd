'use client'
import type { QueryClient } from '@tanstack/react-query'
import { useMemo, type ReactElement, type ReactNode } from 'react'
import type { Environment } from '../core/environment.js'
import type { ChatAuthOptions } from '../core/options.js'
import type { ChatAuth } from '../core/chatAuth.js'
import type { ChatUserInput } from '../core/types.js'
import { ChatAuthContext } from './context.js'
import { takeDeclaredUser } from './takeDeclaredUser.js'
import { DeclaredUser } from './DeclaredUser.js'
import { useOwnedAuth } from './useOwnedAuth.js'
import { useProviderQueryClient } from './useProviderQueryClient.js'
import { useSessionData } from './useSessionData.js'

interface CommonProps {
  /**
   * User to connect. `{ id, … }` connects, another `id` switches, `null` logs out, in all tabs.
   * `undefined` changes nothing: only the hooks decide, or the app does not know its user yet. Pass
   * `null` once it knows that nobody is signed in.
   *
   * A declared user whose session was ended elsewhere, in another tab or by another provider, is asked
   * for anew when the page is next looked at, or when the user connects elsewhere.
   *
   * The provider connects and switches only when the `id` changes; an action of a hook stands until the
   * next change. Other fields go out when the user connects. Those that change later under the same `id`
   * are sent once. The object is read at every render, so a store may change it in place.
   */
  user?: ChatUserInput | null | undefined
  /**
   * Query client for the actions of the hooks, which are mutations. `useChatQuery` and `useChatMutation`
   * adopt its defaults and global callbacks when the provider mounts. Their data stays in a separate
   * client, which `useChatQueryClient` returns.
   * @default the client of the nearest `QueryClientProvider`, else one of the provider's own
   */
  queryClient?: QueryClient | undefined
  children?: ReactNode
}

type OptionProps<Client> = ChatAuthOptions<Client> & { auth?: undefined }

type HandleProps<Client> = {
  /** Handle from `createChatAuth`, which the provider neither configures nor disposes. */
  auth: ChatAuth<Client>
} & { [Option in keyof ChatAuthOptions]?: undefined }

interface PlatformProps {
  /** Creates the environment of the platform; each entry passes its own. */
  createEnvironment: () => Environment
}

/** Props of `ChatAuthProvider`: the options of `createChatAuth`, or a handle that it returned. */
export type ChatAuthProviderProps<Client = unknown> = CommonProps &
  (OptionProps<Client> | HandleProps<Client>)

/** Provides the session to what is inside; a handle of its own is made on this platform. */
export function SessionProvider<Client = unknown>({
  createEnvironment,
  ...props
}: ChatAuthProviderProps<Client> & PlatformProps): ReactElement {
  return props.auth ? (
    <WithHandle {...props} />
  ) : (
    <WithOptions {...props} createEnvironment={createEnvironment} />
  )
}

function WithHandle<Client>(props: CommonProps & HandleProps<Client>): ReactElement {
  const { auth, user, queryClient, children } = props
  return (
    <Scope auth={auth} user={user} queryClient={queryClient}>
      {children}
    </Scope>
  )
}

function WithOptions<Client>(
  props: CommonProps & OptionProps<Client> & PlatformProps,
): ReactElement {
  const { auth: _, user, queryClient, children, createEnvironment, ...options } = props
  const auth = useOwnedAuth<Client>(options, createEnvironment)
  return (
    <Scope auth={auth} user={user} queryClient={queryClient} tokens={options.tokenProvider}>
      {children}
    </Scope>
  )
}

interface ScopeProps extends CommonProps {
  auth: ChatAuth
  tokens?: ChatAuthOptions['tokenProvider']
}

function Scope({ auth, user, queryClient: given, tokens, children }: ScopeProps): ReactElement {
  const declared = user && takeDeclaredUser(user)
  const queryClient = useProviderQueryClient(given)
  const sessionData = useSessionData(auth, queryClient)
  const context = useMemo(
    () => ({ auth, queryClient, sessionData }),
    [auth, queryClient, sessionData],
  )
  return (
    <ChatAuthContext.Provider value={context}>
      <DeclaredUser
        auth={auth}
        user={declared}
        staticToken={typeof tokens === 'string' ? tokens : null}
      />
      {children}
    </ChatAuthContext.Provider>
  )
}
