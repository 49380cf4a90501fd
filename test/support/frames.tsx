import { Profiler, type ReactNode } from 'react'
import { onTestFinished } from 'vitest'

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean
}

/**
 * Records what stands in the page after every commit, without repetitions. React renders when it wants
 * to until the test is over, as in a browser: inside `act` it would leave frames out.
 */
export function createFrames() {
  const inTests = globalThis.IS_REACT_ACT_ENVIRONMENT
  globalThis.IS_REACT_ACT_ENVIRONMENT = false
  onTestFinished(() => {
    globalThis.IS_REACT_ACT_ENVIRONMENT = inTests
  })
  const frames: string[] = []
  const record = () => {
    const frame = [...document.querySelectorAll('[data-frame]')]
      .map((element) => element.textContent)
      .join(' · ')
    if (frames.at(-1) !== frame) frames.push(frame)
  }
  /** Its `data-frame` elements make a frame. */
  function Frames({ children }: { children: ReactNode }) {
    return (
      <Profiler id="frames" onRender={record}>
        {children}
      </Profiler>
    )
  }
  return { frames, Frames }
}
