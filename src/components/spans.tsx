'use client'
import type { ReactElement } from 'react'
import { writeSpan } from './writeSpan.js'
import { useNow } from './useNow.js'

interface SpanProps {
  /** Puts a span such as "43 min" into a sentence. */
  write: (span: string) => string
  /**
   * Language of the span.
   * @default the browser's
   */
  language?: string | undefined
}

/** Writes how long it is until an instant; the instant itself is in `<time>` and in the title. */
export function Remaining(
  props: SpanProps & { until: Date; /** Text once it has passed. */ otherwise: string },
): ReactElement {
  const { until, write, otherwise, language } = props
  const now = useNow(until)
  const leftMs = until.getTime() - now
  if (leftMs <= 0) return <>{otherwise}</>
  return <Instant at={until} text={write(writeSpan(leftMs, language))} language={language} />
}

/** Writes how long an instant is ago. */
export function Elapsed({ since, write, language }: SpanProps & { since: Date }): ReactElement {
  const now = useNow(since)
  const text = write(writeSpan(now - since.getTime(), language))
  return <Instant at={since} text={text} language={language} />
}

function Instant(props: { at: Date; text: string; language: string | undefined }): ReactElement {
  const { at, text, language } = props
  return (
    <time dateTime={at.toISOString()} title={at.toLocaleString(language)}>
      {text}
    </time>
  )
}
