import { Suspense } from 'react'
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
} from '../../src/index.js'
import { bob, jane } from './renderStrict.js'

function Greeting() {
  return <p data-frame>greeting: {useSuspenseChatUser()?.user.name ?? 'nobody'}</p>
}

function Hooks() {
  const everything = [
    useChatUser().status,
    useChatAuthState((state) => state.status),
    useGuest().isGuest,
    useAnonymous().isAnonymous,
    useChatClient() === null,
    typeof useChatFetch(),
    typeof useChatAuth(),
    useChatQuery({ queryKey: ['me'], queryFn: ({ user }) => user.id }).status,
    useChatMutation({ mutationFn: () => Promise.resolve() }).status,
    useChatQueryClient().sessionKey(['me'])[1] === null,
  ]
  return <p data-frame>{everything.join(' ')}</p>
}

/** An app that uses every hook and component. */
export function Everything() {
  return (
    <main>
      <Hooks />
      <Suspense fallback={<p data-frame>greeting: …</p>}>
        <Greeting />
      </Suspense>
      <ConnectionStatus showAlways showToken />
      <LogoutSwitchUser users={[jane, bob]} />
      <ChatAuthGate fallback={({ status }) => <p>closed: {status}</p>}>open</ChatAuthGate>
    </main>
  )
}
