import { StrictMode, useEffect, useLayoutEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import {
  ChatAuthProvider,
  httpConnector,
  httpTokenProvider,
  useAnonymous,
  useChatAuth,
  useChatFetch,
  useChatUser,
  useGuest,
} from 'react-chat-auth'
import type { PageApi, PageParameters } from './pageApi.js'

const { apiKey, baseUrl, tokenUrl } = Object.fromEntries(
  new URLSearchParams(location.search),
) as unknown as PageParameters

const log: PageApi = { rendered: [], passed: [], events: [] }
window.page = log

function App() {
  const auth = useChatAuth()
  const fetch = useChatFetch()
  const { status, user, error, ...actions } = useChatUser()
  const { setGuestUser } = useGuest()
  const { connectAnonymousUser } = useAnonymous()

  useLayoutEffect(() => auth.subscribe(() => log.passed.push(auth.getState().status)), [auth])
  useLayoutEffect(() => {
    log.rendered.push(status)
    Object.assign(log, { auth, fetch })
  })

  return (
    <main>
      <p>
        <output id="status">{status}</output> <output id="user">{user?.id}</output>{' '}
        <output id="error">{error?.code}</output>
      </p>
      <button onClick={() => void actions.connectUser({ id: 'jane', name: 'Jane' })}>Jane</button>
      <button onClick={() => void actions.switchUser({ id: 'bob', name: 'Bob' })}>Bob</button>
      <button onClick={() => void setGuestUser({ id: 'visitor', name: 'Visitor' })}>Guest</button>
      <button onClick={() => void connectAnonymousUser()}>Anonymous</button>
      <button onClick={() => void actions.refreshToken()}>Refresh</button>
      <button onClick={() => void actions.retry()}>Retry</button>
      <button onClick={() => void actions.disconnectUser()}>Log out</button>
    </main>
  )
}

/** Connects in an effect, and disconnects this tab in its cleanup. */
function ChatPage() {
  const { connectUser, disconnectUser } = useChatUser()
  useEffect(() => {
    void connectUser({ id: 'jane', name: 'Jane' })
    return () => void disconnectUser({ thisTabOnly: true })
  }, [connectUser, disconnectUser])
  return null
}

/** App with inline props, as beginners write them; none may reconnect. */
function Root() {
  const [isMounted, setMounted] = useState(true)
  const [isDeclared, setDeclared] = useState(false)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button onClick={() => setMounted(!isMounted)}>Unmount</button>
      <button onClick={() => setDeclared(true)}>Declare</button>
      <button onClick={() => setOpen(!isOpen)}>Chat page</button>
      {isMounted && (
        <ChatAuthProvider
          user={isDeclared ? { id: 'jane', name: 'Jane' } : undefined}
          connector={httpConnector({ apiKey, baseUrl })}
          tokenProvider={httpTokenProvider({ url: tokenUrl })}
          onEvent={(event) => {
            log.events.push(event)
            log.onEvent?.(event)
          }}
        >
          <App />
          {isOpen && <ChatPage />}
        </ChatAuthProvider>
      )}
    </>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  )
}
