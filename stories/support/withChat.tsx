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

/** Builds a story's parameters for `withChat`. */
export function chat(setup: ChatSetup): { chat: ChatSetup } {
  return { chat: setup }
}

/** Returns the chat of the story in this canvas, for its play function. */
export function chatIn(canvasElement: HTMLElement): StoryChat {
  const found = chats.get(canvasElement)
  if (!found) throw new Error('This story has no chat: give its meta the decorator `withChat`.')
  return found
}

/** Returns the chat of the rendering story, for access to the backend, which an app does not have. */
export function useStoryChat(): StoryChat {
  const found = useContext(StoryChatContext)
  if (!found) throw new Error('useStoryChat needs the decorator `withChat`.')
  return found
}

/** Wraps a story in the real provider, on its own backend that answers the page's `fetch` and sockets. */
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
  // In state, so that a new theme or new args do not restart the story.
  const [own] = useState(() => createStoryChat(setup))
  const { backend, network, events } = own

  // A layout effect runs before the passive effect in which the provider connects.
  useLayoutEffect(() => {
    const restorePage = interceptPage(backend)
    chats.set(canvasElement, own)
    return () => {
      backend.dispose()
      chats.delete(canvasElement)
      // The provider disposes its session one task after the unmount. Until then its requests must reach
      // a dead backend, not the network.
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
          // A second window with the same story has its own backend.
          crossTab={false}
          // Parameters of a story are merged with those of its file, which may declare a user.
          user={setup.connect ? undefined : setup.user}
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
  // Play functions start after the layout effects, possibly before the passive ones.
  useLayoutEffect(() => own.attach(auth), [own, auth])
  // Connecting needs the interception of the page, which a parent's layout effect installs.
  useEffect(() => own.start(auth), [own, auth])
  return null
}
