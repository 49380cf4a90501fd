import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { ChatAuthEvent } from '../../src/index.js'
import { useStoryChat } from '../support/withChat.js'
import { describeEvent, timeOf, type Description } from './describeEvent.js'

interface Line {
  readonly key: string
  readonly atMs: number
  readonly description: Description
  readonly count: number
}

/** Live list of the events of `onEvent`. */
export function EventLog() {
  const { events } = useStoryChat()
  const log = useSyncExternalStore(events.subscribe, events.getEvents)
  const lines = toLines(log)
  const box = useRef<HTMLDivElement>(null)

  useEffect(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [log])

  return (
    <section className="playground-card playground-events">
      <h2 id="events">Events</h2>
      {/* Focusable, because it scrolls. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={box} className="playground-log" role="log" aria-labelledby="events" tabIndex={0}>
        {lines.length === 0 && <p className="demo-muted">Nothing has happened yet.</p>}
        {lines.map(({ key, atMs, description: { topic, text, isProblem }, count }) => (
          <p key={key} data-problem={isProblem}>
            <time dateTime={new Date(atMs).toISOString()}>{timeOf(atMs)}</time>
            <span className="playground-topic" data-topic={topic}>
              {topic}
            </span>
            <span>{text(count)}</span>
          </p>
        ))}
      </div>
    </section>
  )
}

/** Merges equal events within a second into one line. */
function toLines(events: readonly ChatAuthEvent[]): Line[] {
  const lines: Line[] = []
  for (const [index, event] of events.entries()) {
    const description = describeEvent(event)
    const same = lines.findLastIndex(
      (line) => event.atMs - line.atMs < 1000 && line.description.text(1) === description.text(1),
    )
    const line = lines[same]
    if (line && (description.topic === 'request' || event.type === 'token-refused')) {
      lines[same] = { ...line, count: line.count + 1 }
    } else {
      lines.push({ key: `${event.sessionId} ${index}`, atMs: event.atMs, description, count: 1 })
    }
  }
  return lines
}
