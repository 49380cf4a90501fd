import { ChatAuthGate, useAnonymous, useChatUser, useGuest } from '../../src/index.js'
import { DemoButton } from '../support/DemoButton.js'
import { StateCard } from '../support/StateCard.js'
import { jane, visitor } from '../support/storyChat.js'
import { Permissions } from './Permissions.js'

/** Demo of the three kinds of identity and their permissions. */
export function IdentityDemo() {
  const { connectUser, disconnectUser } = useChatUser()
  const { setGuestUser } = useGuest()
  const { connectAnonymousUser } = useAnonymous()

  return (
    <StateCard>
      <ChatAuthGate
        fallback={
          <div className="demo-buttons">
            <DemoButton onPress={() => void connectUser(jane)}>Sign in as Jane</DemoButton>
            <DemoButton onPress={() => void setGuestUser(visitor)}>Continue as a guest</DemoButton>
            <DemoButton onPress={() => void connectAnonymousUser()}>Just read</DemoButton>
          </div>
        }
      >
        <Permissions />
        <div className="demo-buttons">
          <DemoButton onPress={() => void disconnectUser()}>Log out</DemoButton>
        </div>
      </ChatAuthGate>
    </StateCard>
  )
}
