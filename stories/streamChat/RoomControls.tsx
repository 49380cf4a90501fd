import { useId, type ReactNode } from 'react'
import { useAnonymous, useChatUser, useGuest } from '../../src/index.js'
import { DemoButton } from '../support/DemoButton.js'
import { bob, jane, visitor } from '../support/storyChat.js'
import { useStoryChat } from '../support/withChat.js'
import { team, townHall, writeAs } from './roomChat.js'

/** Buttons that cause events for the chatting user. */
export function RoomControls() {
  const chat = useStoryChat()
  const { backend } = chat
  const { status, user, identity, connectUser, switchUser, disconnectUser } = useChatUser()
  const { setGuestUser } = useGuest()
  const { connectAnonymousUser } = useAnonymous()
  const isNobody = status === 'disconnected' || status === 'disconnecting'
  const hasToken = user !== null && identity?.type !== 'anonymous'
  const other = user?.id === bob.id ? jane : bob
  const cid = identity?.type === 'user' ? team : townHall

  return (
    <section className="real-chat-controls" aria-label="Controls">
      <Group title="Token">
        <DemoButton
          isPrimary={hasToken}
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
        <DemoButton isDisabled={isNobody} onPress={() => backend.dropConnections()}>
          Drop the connection
        </DemoButton>
      </Group>
      <Group title="Who">
        <DemoButton
          isPrimary={isNobody}
          onPress={() => void (isNobody ? connectUser(jane) : switchUser(other))}
        >
          {isNobody ? 'Connect Jane' : `Switch to ${other.name}`}
        </DemoButton>
        <DemoButton onPress={() => void setGuestUser(visitor)}>Guest</DemoButton>
        <DemoButton onPress={() => void connectAnonymousUser()}>Anonymous</DemoButton>
        <DemoButton isDisabled={isNobody} onPress={() => void disconnectUser()}>
          Log out
        </DemoButton>
      </Group>
      <Group title="Meanwhile">
        <DemoButton onPress={() => void writeAs(other.id, cid, 'Are you still there?', chat)}>
          Let {other.name} write
        </DemoButton>
      </Group>
    </section>
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
