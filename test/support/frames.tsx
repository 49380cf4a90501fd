import { Profiler, type ReactNode } from 'react'

/** Records what stands in the page after every commit, without repetitions. */
export function createFrames() {
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
