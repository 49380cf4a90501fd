import { useState } from 'react'
import { useChatUser } from '../../src/index.js'
import { Controls } from './Controls.js'
import { EventLog } from './EventLog.js'
import { Numbers } from './Numbers.js'
import { SessionCard } from './SessionCard.js'
import { useTraffic } from './useTraffic.js'
import './playground.css'

interface PlaygroundProps {
  /** Lifetime of the endpoint's tokens, in milliseconds. */
  lifetimeMs: number
  /** Whether requests go out from the beginning. */
  startsSending?: boolean
}

/** The whole life of a chat session, to try out. */
export function Playground({ lifetimeMs, startsSending = false }: PlaygroundProps) {
  const [isAutoSending, setIsAutoSending] = useState(startsSending)
  const { sessionId } = useChatUser()
  // Without a session, no user can send.
  const { traffic, send } = useTraffic(isAutoSending && sessionId !== null)

  return (
    <main className="playground">
      <header>
        <h1>A token dies. Nobody notices.</h1>
        <p className="demo-muted">
          Connect Jane, then expire her token while requests are on their way: one call to the token
          provider gets a new one, every request is answered, and she stays connected.
        </p>
      </header>
      <SessionCard lifetimeMs={lifetimeMs} />
      <Controls send={send} isAutoSending={isAutoSending} onAutoSending={setIsAutoSending} />
      <Numbers traffic={traffic} />
      <EventLog />
    </main>
  )
}
