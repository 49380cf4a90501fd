import { Profiler, type ReactNode } from 'react'
import { onTestFinished } from 'vitest'

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean
}

/**
 * Records what stands in the page after every commit, and what of that could be painted, without
 * repetitions. React renders when it wants to until the test is over, as in a browser: inside `act` it
 * would leave frames out.
 */
export function createFrames() {
  const inTests = globalThis.IS_REACT_ACT_ENVIRONMENT
  globalThis.IS_REACT_ACT_ENVIRONMENT = false
  onTestFinished(() => {
    globalThis.IS_REACT_ACT_ENVIRONMENT = inTests
  })
  const frames: string[] = []
  const painted: string[] = []
  const record = (into: string[]) => {
    const frame = [...document.querySelectorAll('[data-frame]')]
      .map((element) => element.textContent)
      .join(' · ')
    if (into.at(-1) !== frame) into.push(frame)
  }
  const onCommit = () => {
    record(frames)
    // By then React has done what layout effects asked for, and the browser has had no time to paint.
    queueMicrotask(() => record(painted))
  }
  /** Its `data-frame` elements make a frame. */
  function Frames({ children }: { children: ReactNode }) {
    return (
      <Profiler id="frames" onRender={onCommit}>
        {children}
      </Profiler>
    )
  }
  return { frames, painted, Frames }
}
