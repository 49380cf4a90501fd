import { useSyncExternalStore } from 'react'
import { useStoryChat } from '../support/withChat.js'
import { team, townHall } from './roomChat.js'

/** Shows the backend's counts, which alone prove that a message arrived once. */
export function RoomNumbers() {
  const { backend } = useStoryChat()
  const counters = useSyncExternalStore(backend.subscribe, () => backend.counters)
  const refused = { ...counters.refused, ...counters.socketsRefused }
  const stored = backend.messages(team).length + backend.messages(townHall).length

  return (
    <section className="real-chat-numbers" aria-label="What the backend saw">
      <dl>
        <Figure name="Messages stored" value={stored} />
        <Figure name="Stored twice" value={counters.acceptedTwice} />
        <Figure name="Sent as another" value={counters.wrongUserTokens} />
        <Figure name="Provider calls" value={counters.tokenCalls} />
        <Figure name="Refused tokens" value={refused[40] ?? 0} />
        <Figure name="Sent again" value={counters.replays} />
        <Figure name="Live sockets" value={counters.liveSockets} />
      </dl>
    </section>
  )
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
