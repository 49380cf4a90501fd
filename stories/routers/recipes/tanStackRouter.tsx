import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  redirect,
  useMatches,
  useRouter,
  type RouteComponent,
} from '@tanstack/react-router'
import { isChatAuthError, type ChatAuth } from 'react-chat-auth'
import { readChannel, readChannels, sendMessage } from './chatRequests.js'
import { isSignedIn, onSessionChange, sessionIdOf } from './sessionChanges.js'
import { SessionError } from './SessionError.js'
import { SessionGate } from './SessionGate.js'

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createChatRouter>
  }
}

/** Creates the router of an app whose pages, all but `/sign-in`, are for a connected user. */
export function createChatRouter(auth: ChatAuth, SignIn: RouteComponent) {
  const root = createRootRoute()
  const signIn = createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    beforeLoad: () => {
      if (isSignedIn(auth)) throw redirect({ to: '/' })
    },
    component: SignIn,
  })

  /** The guard: loaders and guards of the routes inside wait for it. */
  const guarded = createRoute({
    getParentRoute: () => root,
    id: 'guarded',
    beforeLoad: async ({ abortController: { signal } }) => {
      try {
        return { sessionId: await sessionIdOf(auth, signal) }
      } catch (error) {
        if (!isChatAuthError(error) || error.code !== 'not-connected') throw error
        throw redirect({ to: '/sign-in' })
      }
    },
    component: Layout,
    errorComponent: SessionError,
  })

  const channels = createRoute({
    getParentRoute: () => guarded,
    path: '/',
    loader: async ({ context: { sessionId }, abortController: { signal } }) => ({
      sessionId,
      channels: await readChannels(auth, signal),
    }),
    component: Channels,
    errorComponent: PageError,
  })

  const channel = createRoute({
    getParentRoute: () => guarded,
    path: '/channels/$id',
    loader: async ({ context: { sessionId }, params: { id }, abortController: { signal } }) => ({
      sessionId,
      ...(await readChannel(auth, id, signal)),
    }),
    component: Channel,
    errorComponent: PageError,
  })

  function Channels() {
    return (
      <ul>
        {channels.useLoaderData().channels.map(({ id, name }) => (
          <li key={id}>
            <Link to="/channels/$id" params={{ id }}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
    )
  }

  function Channel() {
    const { channel: shown, messages } = channel.useLoaderData()
    const current = useRouter()

    async function send(form: FormData) {
      await sendMessage(auth, shown.id, form).catch((error: unknown) => {
        // The user left while it was sent: the loaders decide what is next.
        if (!isChatAuthError(error) || error.code !== 'session-ended') throw error
      })
      await current.invalidate()
    }

    return (
      <>
        <Link to="/">All channels</Link>
        <h1>{shown.name}</h1>
        <ul>
          {messages.map(({ id, text }) => (
            <li key={id}>{text}</li>
          ))}
        </ul>
        <form action={send}>
          <input name="text" aria-label="Message" />
          <button>Send</button>
        </form>
      </>
    )
  }

  const router = createRouter({
    routeTree: root.addChildren([signIn, guarded.addChildren([channels, channel])]),
    defaultPendingComponent: Loading,
    defaultPendingMs: 0,
    defaultPendingMinMs: 0,
  })
  // The cache keeps pages that were left, those of the last user too.
  onSessionChange(auth, () => void router.invalidate().then(() => router.clearCache()))
  return router
}

function Layout() {
  const loaded = useMatches({
    select: (matches) =>
      // An error page has no data; the page's former data may still be beside its error.
      matches.map(({ status, loaderData }): unknown =>
        status === 'error' ? undefined : loaderData,
      ),
  })
  return (
    <SessionGate loaded={loaded}>
      <Outlet />
    </SessionGate>
  )
}

function PageError({ error }: { error: unknown }) {
  return (
    <p role="alert">
      {error instanceof Error ? error.message : 'The page could not be loaded.'}{' '}
      <Link to="/">All channels</Link>
    </p>
  )
}

function Loading() {
  return <p>Loading…</p>
}
