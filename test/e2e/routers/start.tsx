import { StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { ChatAuthProvider, createChatAuth, httpConnector, httpTokenProvider } from 'react-chat-auth'
import type { PageParameters } from '../app/pageApi.js'
import { setAccount, useAccount } from './account.js'
import { recordFrames } from './recordFrames.js'
import type { RouterApi } from './routerApi.js'

// The first page brings the parameters in its URL; routers go elsewhere, and other tabs follow.
const first = new URLSearchParams(location.search)
if (first.has('apiKey')) localStorage.setItem('page', JSON.stringify(Object.fromEntries(first)))
const { apiKey, baseUrl, tokenUrl } = JSON.parse(
  localStorage.getItem('page') ?? '{}',
) as PageParameters

/** The app's own sign-in page. */
export function SignIn() {
  return (
    <>
      <h1>Sign in</h1>
      <button onClick={() => setAccount('jane')}>I am Jane</button>
      <button onClick={() => setAccount('bob')}>I am Bob</button>
    </>
  )
}

function App({ auth, children }: { auth: RouterApi['auth']; children: ReactNode }) {
  const account = useAccount()
  return (
    <ChatAuthProvider auth={auth} user={account ? { id: account } : null}>
      <button onClick={() => setAccount('bob')}>Switch to Bob</button>
      <button onClick={() => setAccount(null)}>Log out</button>
      <main>{children}</main>
    </ChatAuthProvider>
  )
}

interface Routed extends Pick<RouterApi, 'go' | 'holds'> {
  readonly element: ReactNode
}

/** Starts the app with its router. */
export function start(createRouter: (auth: RouterApi['auth']) => Routed) {
  const auth = createChatAuth({
    connector: httpConnector({ apiKey, baseUrl }),
    tokenProvider: httpTokenProvider({ url: tokenUrl }),
  })
  const { element, ...routed } = createRouter(auth)
  window.routerPage = { auth, frames: recordFrames(auth), ...routed }
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App auth={auth}>{element}</App>
    </StrictMode>,
  )
}
