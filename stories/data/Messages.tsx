import {
  ChatAuthGate,
  useChatMutation,
  useChatQuery,
  useChatQueryClient,
  useChatUser,
} from '../../src/index.js'
import { DemoButton } from '../support/DemoButton.js'
import { StateCard } from '../support/StateCard.js'
import { bob, jane } from '../support/storyChat.js'

const team = '/channels/messaging/team'

interface Message {
  readonly id: string
  readonly text: string
  readonly user: { readonly name: string }
}

/** Shows the messages that the session's user may read, and sends one. */
export function Messages() {
  const { user, switchUser, disconnectUser } = useChatUser()
  return (
    <StateCard>
      <ChatAuthGate fallback={<p className="demo-muted">Connect to read.</p>}>
        <MessageList />
      </ChatAuthGate>
      <div className="demo-buttons">
        {[jane, bob].map((other) => (
          <DemoButton
            key={other.id}
            isDisabled={user?.id === other.id}
            onPress={() => void switchUser(other)}
          >
            {user ? 'Switch to' : 'Connect'} {other.name}
          </DemoButton>
        ))}
        <DemoButton isDisabled={!user} onPress={() => void disconnectUser()}>
          Log out
        </DemoButton>
      </div>
    </StateCard>
  )
}

function MessageList() {
  const { queryClient, sessionKey } = useChatQueryClient()
  const messages = useChatQuery({
    queryKey: ['messages'],
    queryFn: async ({ fetch, signal }) => {
      const response = await fetch(`${team}/messages`, { signal })
      return ((await response.json()) as { messages: readonly Message[] }).messages
    },
  })
  const send = useChatMutation({
    mutationFn: (text: string, { fetch }) =>
      fetch(`${team}/message`, { method: 'POST', body: JSON.stringify({ message: { text } }) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionKey(['messages']) }),
  })

  return (
    <>
      <ul aria-label="Messages">
        {messages.data?.map(({ id, text, user }) => (
          <li key={id}>
            {user.name}: {text}
          </li>
        ))}
      </ul>
      <div className="demo-buttons">
        <DemoButton isPrimary isDisabled={send.isPending} onPress={() => send.mutate('Hello')}>
          Say hello
        </DemoButton>
      </div>
    </>
  )
}
