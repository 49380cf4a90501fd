import type { Decorator } from '@storybook/react-vite'
import {
  createContext,
  StrictMode,
  useContext,
  useEffect,
  useLayoutEffect,
  useState,
  type ReactNode,
} from 'react'
import { ChatAuthProvider, httpConnector, httpTokenProvider, useChatAuth } from '../../src/index.js'
import { interceptPage } from './interceptPage.js'
import { createStoryChat, type ChatSetup, type StoryChat } from './storyChat.js'
import './demo.css'

const chats = new WeakMap<HTMLElement, StoryChat>()
const StoryChatContext = createContext<StoryChat | null>(null)

/** The parameters by which a story says what it needs of `withChat`. */
export function chat(setup: ChatSetup): { chat: ChatSetup } {
  return { chat: setup }
}

/** The chat of the story in this canvas, for its play function. */
export function chatIn(canvasElement: HTMLElement): StoryChat {
  const found = chats.get(canvasElement)
  if (!found) throw new Error('This story has no chat: give its meta the decorator `withChat`.')
  return found
}

/** The chat of the story that renders this, for what an app could not know: the backend's side. */
export function useStoryChat(): StoryChat {
  const found = useContext(StoryChatContext)
  if (!found) throw new Error('useStoryChat needs the decorator `withChat`.')
  return found
}

/** The real provider, on a backend of the story's own that answers the page's own `fetch` and sockets. */
export const withChat: Decorator = (Story, { canvasElement, parameters }) => (
  <ChatStory canvasElement={canvasElement} setup={(parameters['chat'] as ChatSetup) ?? {}}>
    <Story />
  </ChatStory>
)

interface ChatStoryProps {
  canvasElement: HTMLElement
  setup: ChatSetup
  children: ReactNode
}

function ChatStory({ canvasElement, setup, children }: ChatStoryProps) {
  // In state, so that another theme or other args do not start the story anew.
  const [own] = useState(() => createStoryChat(setup))
  const { backend, network, events } = own

  // A layout effect comes before the passive one in which the provider connects.
  useLayoutEffect(() => {
    const restorePage = interceptPage(backend)
    chats.set(canvasElement, own)
    return () => {
      backend.dispose()
      chats.delete(canvasElement)
      // The provider disposes of its session one task after the unmount; until then what it sends must
      // find a dead backend, not the network.
      setTimeout(restorePage, 100)
    }
  }, [backend, canvasElement, own])

  return (
    <StoryChatContext.Provider value={own}>
      <StrictMode>
        <ChatAuthProvider
          connector={
            setup.connector?.(backend) ??
            httpConnector({
              apiKey: backend.apiKey,
              baseUrl: backend.url,
              ...setup.connectorOptions?.(backend),
            })
          }
          tokenProvider={httpTokenProvider({ url: backend.tokenEndpoint.url })}
          environment={network.environment}
          onEvent={events.add}
          // A second window with the same story has a backend of its own.
          crossTab={false}
          user={setup.user}
          {...setup.options}
        >
          <Attach />
          {children}
        </ChatAuthProvider>
      </StrictMode>
    </StoryChatContext.Provider>
  )
}

function Attach() {
  const own = useStoryChat()
  const auth = useChatAuth()
  // Play functions begin when the layout effects are through, which may be before the passive ones.
  useLayoutEffect(() => own.attach(auth), [own, auth])
  // Connecting needs the page to be intercepted, which the layout effect of a parent does.
  useEffect(() => own.start(auth), [own, auth])
  return null
}
