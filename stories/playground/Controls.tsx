import { useId, useState, type ReactNode } from 'react'
import {
  useAnonymous,
  useChatAuthState,
  useChatUser,
  useGuest,
  type ChatAuthState,
} from '../../src/index.js'
import { DemoButton } from '../support/DemoButton.js'
import { bob, jane, visitor } from '../support/storyChat.js'
import { useStoryChat } from '../support/withChat.js'

interface ControlsProps {
  send: (requests: number) => void
  isAutoSending: boolean
  onAutoSending: (isAutoSending: boolean) => void
}

/** Buttons for everything that can happen to a session. */
export function Controls({ send, isAutoSending, onAutoSending }: ControlsProps) {
  const { backend, network } = useStoryChat()
  const { status, user, identity, ...actions } = useChatUser()
  const { connectUser, switchUser, disconnectUser, retry } = actions
  const isWaiting = useChatAuthState(isRetrying)
  const { setGuestUser } = useGuest()
  const { connectAnonymousUser } = useAnonymous()
  const [isBroken, setIsBroken] = useState(false)
  const [isOffline, setIsOffline] = useState(false)
  const isNobody = status === 'disconnected' || status === 'disconnecting'
  const hasToken = user !== null && identity?.type !== 'anonymous'

  const toggleBroken = () => {
    network.setTokenEndpointBroken(!isBroken)
    setIsBroken(!isBroken)
  }
  const toggleOffline = () => {
    network.setOnline(isOffline)
    setIsOffline(!isOffline)
  }

  return (
    <section className="playground-card playground-controls" aria-label="Controls">
      <Group title="Who">
        <DemoButton isPrimary={isNobody} onPress={() => void connectUser(jane)}>
          Connect Jane
        </DemoButton>
        <DemoButton onPress={() => void switchUser(bob)}>Switch to Bob</DemoButton>
        <DemoButton onPress={() => void setGuestUser(visitor)}>Become a guest</DemoButton>
        <DemoButton onPress={() => void connectAnonymousUser()}>Anonymous</DemoButton>
        <DemoButton isDisabled={isNobody} onPress={() => void disconnectUser()}>
          Log out
        </DemoButton>
      </Group>
      <Group title="Requests">
        <DemoButton isDisabled={isNobody} onPress={() => send(10)}>
          Send 10 requests
        </DemoButton>
        <DemoButton isPressed={isAutoSending} onPress={() => onAutoSending(!isAutoSending)}>
          Keep sending
        </DemoButton>
      </Group>
      <Group title="Token">
        <DemoButton
          isPrimary={status === 'connected'}
          isDisabled={!hasToken}
          onPress={() => void backend.expireToken(user?.id ?? '')}
        >
          Expire the token now
        </DemoButton>
        <DemoButton
          isDisabled={!hasToken}
          onPress={() => void backend.revokeTokens(user?.id ?? '')}
        >
          Revoke
        </DemoButton>
      </Group>
      <Group title="Trouble">
        <DemoButton isPressed={isBroken} onPress={toggleBroken}>
          Break my token endpoint
        </DemoButton>
        <DemoButton isPressed={isOffline} onPress={toggleOffline}>
          Go offline
        </DemoButton>
        <DemoButton isDisabled={!isWaiting && status !== 'failed'} onPress={() => void retry()}>
          Try again now
        </DemoButton>
      </Group>
    </section>
  )
}

/** Whether a retry is pending, for the socket or for the token. */
function isRetrying(state: ChatAuthState): boolean {
  return (
    state.status === 'reconnecting' ||
    ('token' in state && (state.token.status === 'retrying' || state.token.attempt > 1))
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  const titleId = useId()
  return (
    <div role="group" aria-labelledby={titleId}>
      <h2 id={titleId}>{title}</h2>
      <div className="demo-buttons">{children}</div>
    </div>
  )
}
