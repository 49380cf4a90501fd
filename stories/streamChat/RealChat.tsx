import { ChatAuthGate, useChatUser } from '../../src/index.js'
import { StatusLine } from '../support/StatusLine.js'
import { Room } from './Room.js'
import { RoomControls } from './RoomControls.js'
import { RoomNumbers } from './RoomNumbers.js'
import './realChat.css'

interface RealChatProps {
  theme: 'light' | 'dark'
}

/** Renders the real client and its components inside this library's provider. */
export function RealChat({ theme }: RealChatProps) {
  return (
    <main className="real-chat">
      <header>
        <h1>A real chat, whose tokens die</h1>
        <p className="demo-muted">
          The stream-chat client and the components of stream-chat-react, on a backend in this page.
          Write something, then expire the token.
        </p>
      </header>
      <RoomControls />
      <div className="real-chat-room">
        <StatusLine className="real-chat-status" />
        <ChatAuthGate fallback={<Closed />}>
          <Room theme={theme} />
        </ChatAuthGate>
      </div>
      <RoomNumbers />
    </main>
  )
}

function Closed() {
  const { status, error } = useChatUser()
  return (
    <div className="room room-closed">
      <p>{error?.remedy ?? (status === 'connecting' ? 'Opening the chat…' : 'Nobody is here.')}</p>
    </div>
  )
}
