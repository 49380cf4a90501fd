import type { ChatAuthErrorCode } from '../../core/errors.js'
import { nothing, whatIsLeft, type Stage } from './stage.js'

/** How a connection that fails with this code has to end. */
export const failed = (code: ChatAuthErrorCode) => ({
  rejectedWith: code,
  failedWith: code,
  left: nothing,
})

/** The same, of a code that time may mend: the session listens for the wake that tries it again. */
export const failedForNow = (code: ChatAuthErrorCode) => ({
  ...failed(code),
  left: { ...nothing, wakeListeners: 1 },
})

/** How a connection that fails ends: for its caller, in the state, and on the platform. */
export async function endOf(stage: Stage, promise: Promise<unknown>) {
  const { code } = await stage.failure(promise)
  const state = stage.auth.getState()
  const failedWith = state.status === 'failed' ? state.error.code : state.status
  return { rejectedWith: code, failedWith, left: await whatIsLeft(stage) }
}
