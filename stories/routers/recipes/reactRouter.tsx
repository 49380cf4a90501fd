import type { ReactNode } from 'react'
import {
  createBrowserRouter,
  Form,
  Link,
  Outlet,
  redirect,
  useLoaderData,
  useMatches,
  useRouteError,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
} from 'react-router'
import { isChatAuthError, type ChatAuth } from 'react-chat-auth'
import { readChannel, readChannels, sendMessage } from './chatRequests.js'
import { isSignedIn, onSessionChange, sessionIdOf } from './sessionChanges.js'
import { SessionError } from './SessionError.js'
import { SessionGate } from './SessionGate.js'

/** Creates the router of an app whose pages, all but `/sign-in`, are for a connected user. */
export function createChatRouter(auth: ChatAuth, signIn: ReactNode) {
  /** The guard. Each loader calls it, because loaders of nested routes run side by side. */
  async function requireSession({ signal }: Request): Promise<string> {
    try {
      return await sessionIdOf(auth, signal)
    } catch (error) {
      if (isChatAuthError(error) && error.code === 'not-connected') throw redirect('/sign-in')
      throw error
    }
  }

  const loaders = {
    layout: async ({ request }: LoaderFunctionArgs) => ({
      sessionId: await requireSession(request),
    }),
    channels: async ({ request }: LoaderFunctionArgs) => ({
      sessionId: await requireSession(request),
      channels: await readChannels(auth, request.signal),
    }),
    channel: async ({ request, params }: LoaderFunctionArgs) => ({
      sessionId: await requireSession(request),
      ...(await readChannel(auth, params['id'] ?? '', request.signal)),
    }),
    signIn: () => (isSignedIn(auth) ? redirect('/') : null),
  }

  async function send({ request, params }: ActionFunctionArgs) {
    const form = await request.formData()
    try {
      await sendMessage(auth, params['id'] ?? '', form)
    } catch (error) {
      // The user left while it was sent: the loaders decide what is next.
      if (!isChatAuthError(error) || error.code !== 'session-ended') throw error
    }
    return null
  }

  function Channels() {
    const { channels } = useLoaderData<typeof loaders.channels>()
    return (
      <ul>
        {channels.map(({ id, name }) => (
          <li key={id}>
            <Link to={`/channels/${id}`}>{name}</Link>
          </li>
        ))}
      </ul>
    )
  }

  function Channel() {
    const { channel, messages } = useLoaderData<typeof loaders.channel>()
    return (
      <>
        <Link to="/">All channels</Link>
        <h1>{channel.name}</h1>
        <ul>
          {messages.map(({ id, text }) => (
            <li key={id}>{text}</li>
          ))}
        </ul>
        <Form method="post">
          <input name="text" aria-label="Message" />
          <button>Send</button>
        </Form>
      </>
    )
  }

  const router = createBrowserRouter([
    { path: '/sign-in', loader: loaders.signIn, element: signIn, HydrateFallback: Loading },
    {
      loader: loaders.layout,
      Component: Layout,
      ErrorBoundary: LayoutError,
      HydrateFallback: Loading,
      children: [
        {
          // Inside the gate: an error of a page is its user's, as the data is.
          ErrorBoundary: PageError,
          children: [
            { path: '/', loader: loaders.channels, Component: Channels },
            { path: '/channels/:id', loader: loaders.channel, action: send, Component: Channel },
          ],
        },
      ],
    },
  ])
  onSessionChange(auth, () => void router.revalidate())
  return router
}

function Layout() {
  const loaded = useMatches().map(({ loaderData }) => loaderData)
  return (
    <SessionGate loaded={loaded}>
      <Outlet />
    </SessionGate>
  )
}

function LayoutError() {
  return <SessionError error={useRouteError()} />
}

function PageError() {
  const error = useRouteError()
  return (
    <p role="alert">
      {error instanceof Error ? error.message : 'There is no such page.'}{' '}
      <Link to="/">All channels</Link>
    </p>
  )
}

function Loading() {
  return <p>Loading…</p>
}
