import { useEffect } from 'react'
import {
  ChatAuthProvider,
  useChatClient,
  useChatQuery,
  useChatUser,
  type ChatAuth,
} from 'react-chat-auth'
import { useIsOnline } from 'stream-chat-react-native-core/src/components/Chat/hooks/useIsOnline'
import { create, type ReactTestRenderer } from 'react-test-renderer'

interface ChatProps {
  readonly client: any
  readonly closeConnectionOnBackground: boolean
}

/** The hook with which `<Chat>` of stream-chat-react-native opens and closes the connection. */
function Chat({ client, closeConnectionOnBackground }: ChatProps) {
  useIsOnline(client, closeConnectionOnBackground)
  return null
}

export interface ScreenProps {
  /** Whether `<Chat>` is on the screen, and if so its prop; left out where there is none. */
  readonly closeConnectionOnBackground?: boolean
}

const listeners = new Set<() => void>()

function Screen({ closeConnectionOnBackground }: ScreenProps) {
  const { status, user } = useChatUser()
  const client = useChatClient() as any
  const { data } = useChatQuery({
    queryKey: ['me'],
    queryFn: async ({ fetch }: any) => (await fetch('/me')).status as number,
  })
  useEffect(() => listeners.forEach((listener) => listener()))
  return (
    <>
      {[status, user?.name, data].filter(Boolean).join(' ')}
      {closeConnectionOnBackground !== undefined && client && (
        <Chat client={client} closeConnectionOnBackground={closeConnectionOnBackground} />
      )}
    </>
  )
}

let root: ReactTestRenderer

export function render(auth: ChatAuth<any>, props: ScreenProps) {
  root = create(
    <ChatAuthProvider auth={auth}>
      <Screen {...props} />
    </ChatAuthProvider>,
  )
}

/** Resolves once the screen shows this text. */
export const untilShown = (text: string) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (root.toJSON() !== text) return
      listeners.delete(look)
      resolve()
    }
    listeners.add(look)
    look()
  })

export const unmount = () => root.unmount()
