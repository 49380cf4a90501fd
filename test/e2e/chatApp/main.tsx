import { Component, StrictMode, useEffect, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import {
  ChatAuthGate,
  ChatAuthProvider,
  httpTokenProvider,
  useAnonymous,
  useChatAuth,
  useChatUser,
  useGuest,
} from 'react-chat-auth'
import { streamChatConnector } from 'react-chat-auth/stream-chat'
import type { StreamChat } from 'stream-chat'
import 'stream-chat-react/dist/css/index.css'
import type { PageParameters } from '../app/pageApi.js'
import './chat.css'
import { chatPage, watchMessageList } from './chatPage.js'
import { Mounted, Room } from './Room.js'

const { apiKey, baseUrl, tokenUrl } = Object.fromEntries(
  new URLSearchParams(location.search),
) as unknown as PageParameters

window.chatPage = chatPage
watchMessageList()

function Controls() {
  const auth = useChatAuth<StreamChat>()
  const { status, user, connectUser, switchUser, disconnectUser } = useChatUser()
  const { setGuestUser } = useGuest()
  const { connectAnonymousUser } = useAnonymous()

  useEffect(() => {
    chatPage.auth = auth
  }, [auth])
  useEffect(() => {
    if (chatPage.statuses.at(-1) !== status) chatPage.statuses.push(status)
  }, [status])

  return (
    <p>
      <output id="status">{status}</output> <output id="user">{user?.id}</output>{' '}
      <button onClick={() => void connectUser({ id: 'jane', name: 'Jane' })}>Jane</button>
      <button onClick={() => void switchUser({ id: 'bob', name: 'Bob' })}>Bob</button>
      <button onClick={() => void setGuestUser({ id: 'visitor', name: 'Visitor' })}>Guest</button>
      <button onClick={() => void connectAnonymousUser()}>Anonymous</button>
      <button onClick={() => void disconnectUser()}>Log out</button>
    </p>
  )
}

class Boundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false }
  static getDerivedStateFromError() {
    return { isBroken: true }
  }
  override render() {
    return this.state.isBroken ? <p>It broke.</p> : this.props.children
  }
}

/** Milliseconds for a request; the client's default of 3 s is too short for a slow machine. */
const timeout = 60_000

/** App with inline props, as beginners write them; none may reconnect. */
function App() {
  return (
    <ChatAuthProvider
      connector={streamChatConnector({ apiKey, options: { baseURL: baseUrl, timeout } })}
      tokenProvider={httpTokenProvider({ url: tokenUrl })}
      providerTimeoutMs={timeout}
      onEvent={(event) => chatPage.events.push(event)}
    >
      <Controls />
      <Boundary>
        <ChatAuthGate fallback={<p>Nobody is here.</p>}>
          <Mounted what="gate" />
          <Room />
        </ChatAuthGate>
      </Boundary>
    </ChatAuthProvider>
  )
}

const root = document.getElementById('root')
if (root) {
  const note = (error: unknown) => chatPage.caught.push(String(error))
  createRoot(root, {
    onCaughtError: note,
    onUncaughtError: note,
    onRecoverableError: note,
  }).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
