import { createDeadline } from '../../core/tools/deadline.js'
import { elapsedSince, markNow, type Environment, type Mark } from '../../core/environment.js'

export interface LivenessOptions {
  readonly environment: Environment
  /** Says something that the other side answers. */
  readonly ask: () => void
  /** The other side was asked, had time to answer, and did not. */
  readonly onDead: () => void
}

/** Asks a quiet line whether it is alive, and believes that it is dead only for want of an answer. */
export interface Liveness {
  /** Something was received; `isAnswer` if it answers what was asked. */
  heard(isAnswer: boolean): void
  /** Time may have passed unseen, or the network is another one: asks at once. */
  wake(): void
  stop(): void
}

/** Milliseconds: the protocol has a ping every 25 s, and takes 35 s without a word for a dead line. */
const askEveryMs = 25_000
const answerMs = 10_000

/** Milliseconds that an answer may take after a wake-up, when somebody is likely to look at the page. */
const wakeAnswerMs = 3000

/**
 * A timer that is later than this says that the page could not run: it was throttled, frozen or asleep.
 * Hidden pages have their timers aligned to whole seconds, and that is no more than this.
 */
const lateMs = 2000

/**
 * How many answers may be overdue by a late timer before a line is dead all the same. In a page whose
 * every timer is late, a dead line would else be kept for ever.
 */
const mostLateTimers = 3

/** The line counts as alive when it is made: it was heard just now. */
export function createLiveness({ environment, ask, onDead }: LivenessOptions): Liveness {
  /** Since when an answer is waited for; null while none is. Written by `askAnew` and `heard`. */
  let askedAt: Mark | null = null
  /** How long it may take. Written by `askAnew`. */
  let patienceMs = answerMs
  /** Late timers in a row. Reset by `heard` and `wake`. */
  let lateTimers = 0
  const nextQuestion = createDeadline(environment, () => askAnew(answerMs))
  const answer = createDeadline(environment, () => {
    // Asleep from the ping on → the timer comes before the answer that waits in line behind it.
    if (leftMs() < -lateMs && ++lateTimers < mostLateTimers) askAnew(answerMs)
    else onDead()
  })

  function askAnew(newPatienceMs: number): void {
    nextQuestion.clear()
    askedAt = markNow(environment)
    patienceMs = newPatienceMs
    answer.set(newPatienceMs)
    ask()
  }

  function leftMs(): number {
    return askedAt ? patienceMs - elapsedSince(environment, askedAt) : Infinity
  }

  nextQuestion.set(askEveryMs)

  return {
    heard(isAnswer) {
      if (!askedAt && !isAnswer) return
      askedAt = null
      lateTimers = 0
      answer.clear()
      // From here, and not from the last timer: browsers delay timers that were set by timers, in hidden
      // pages by up to a minute.
      nextQuestion.set(askEveryMs)
    },
    wake() {
      const left = leftMs()
      // Asked a moment ago: wake-ups that come thick and fast must not put the end off.
      if (left > -lateMs && left <= wakeAnswerMs) return
      lateTimers = 0
      askAnew(wakeAnswerMs)
    },
    stop() {
      nextQuestion.clear()
      answer.clear()
    },
  }
}
