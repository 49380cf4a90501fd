import { useSyncExternalStore } from 'react'
import { useChatAuthState } from '../../src/index.js'
import { useStoryChat } from '../support/withChat.js'
import type { Traffic } from './useTraffic.js'

/** Shows the requests as the app counts them, and as the backend does. */
export function Numbers({ traffic: { sent, answered, lost } }: { traffic: Traffic }) {
  const { backend } = useStoryChat()
  const counters = useSyncExternalStore(backend.subscribe, () => backend.counters)
  const held = useChatAuthState((state) => ('token' in state ? state.token.heldRequests : 0))
  const refused = Object.values(counters.refused).reduce((sum, count) => sum + count, 0)

  return (
    <section className="playground-card" aria-labelledby="numbers">
      <h2 id="numbers">What the app sees</h2>
      <dl className="playground-numbers">
        <Tile name="Sent" value={sent} note="requests" />
        <Tile name="Answered" value={answered} note="as usual" />
        <Tile name="Held" value={held} note="waiting for a token" />
        <Tile name="Lost" value={lost} note="ended in an error" isProblem={lost > 0} />
      </dl>
      <h2>What the backend sees</h2>
      <dl className="playground-numbers">
        <Tile name="Provider calls" value={counters.tokenCalls} note="at the token endpoint" />
        <Tile name="Refused" value={refused} note="for their token" />
        <Tile name="Sent again" value={counters.replays} note="with a new one" />
        <Tile name="Live sockets" value={counters.liveSockets} note="one a session" />
      </dl>
    </section>
  )
}

interface TileProps {
  name: string
  value: number
  note: string
  isProblem?: boolean
}

function Tile({ name, value, note, isProblem = false }: TileProps) {
  return (
    <div className="playground-tile" data-problem={isProblem}>
      <dt>{name}</dt>
      <dd>{value}</dd>
      <dd className="playground-note">{note}</dd>
    </div>
  )
}
