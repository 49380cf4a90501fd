import { ChatAuthProvider, httpConnector, httpTokenProvider, useChatUser } from '../../src/index.js'
import { DemoButton } from '../support/DemoButton.js'
import { StateCard } from '../support/StateCard.js'
import { bob, jane } from '../support/storyChat.js'
import { useStoryChat } from '../support/withChat.js'

/** Simulates two tabs in one page, which locks and channels treat like real tabs. */
export function TwoTabs() {
  return (
    <div className="demo-columns">
      <Tab name="One tab" />
      <Tab name="Another tab" />
    </div>
  )
}

function Tab({ name }: { name: string }) {
  const { backend, network } = useStoryChat()
  return (
    <div>
      <h2>{name}</h2>
      <ChatAuthProvider
        connector={httpConnector({ apiKey: backend.apiKey, baseUrl: backend.url })}
        tokenProvider={httpTokenProvider({ url: backend.tokenEndpoint.url })}
        environment={network.environment}
      >
        <Actions tab={name} />
      </ChatAuthProvider>
    </div>
  )
}

function Actions({ tab }: { tab: string }) {
  const { connectUser, switchUser, disconnectUser, refreshToken, isConnected } = useChatUser()
  return (
    <StateCard label={tab}>
      <div className="demo-buttons">
        <DemoButton onPress={() => void connectUser(jane)}>Sign in as Jane</DemoButton>
        <DemoButton isDisabled={!isConnected} onPress={() => void switchUser(bob)}>
          Switch to Bob
        </DemoButton>
        <DemoButton isDisabled={!isConnected} onPress={() => void refreshToken()}>
          Refresh
        </DemoButton>
        <DemoButton isDisabled={!isConnected} onPress={() => void disconnectUser()}>
          Log out
        </DemoButton>
      </div>
    </StateCard>
  )
}
