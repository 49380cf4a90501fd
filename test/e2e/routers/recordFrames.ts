import type { Frame, RouterApi } from './routerApi.js'

/** Records the page after each of its changes and before each paint. */
export function recordFrames(auth: RouterApi['auth']): Frame[] {
  const frames: Frame[] = []
  const record = () => {
    const state = auth.getState()
    const user = 'sessionId' in state ? state.user.id : null
    const text = document.querySelector('main')?.textContent ?? ''
    const last = frames.at(-1)
    if (last?.user !== user || last.text !== text) frames.push({ user, text })
  }
  const recordNext = () => {
    record()
    requestAnimationFrame(recordNext)
  }
  new MutationObserver(record).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
  })
  recordNext()
  return frames
}
