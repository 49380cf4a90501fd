import { isChatAuthError, type ChatAuth, type ChatAuthOptions } from '../../src/core.js'

/** What became of a device. `left-registered`: it may still get the notifications of who logged out. */
export type PushOutcome = 'registered' | 'not-registered' | 'unregistered' | 'left-registered'

export interface PushOptions {
  fetch: ChatAuth['fetch']
  /** Returns the id of this device, such as by `messaging().getToken()` of Firebase. */
  readDeviceId: () => Promise<string>
  report: (outcome: PushOutcome) => void
}

/** Options of `createChatAuth` that keep a device registered for whoever is connected. */
export function createPush({ fetch, readDeviceId, report }: PushOptions) {
  /** Log-outs wait for it: it would register the device after them. */
  let registering = Promise.resolve()

  async function register(): Promise<void> {
    try {
      const device = { id: await readDeviceId(), push_provider: 'firebase' }
      const response = await fetch('/devices', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(device),
      })
      report(response.ok ? 'registered' : 'not-registered')
    } catch {
      report('not-registered')
    }
  }

  return {
    onEvent({ type }) {
      if (type === 'session-connected') registering = register()
      // The request may arrive yet, or never. Only the app's own backend can remove the device now.
      if (type === 'before-end-cut-off') report('left-registered')
    },
    async beforeSessionEnd(session) {
      if (session.identity.type === 'anonymous') return
      await registering
      try {
        const id = encodeURIComponent(await readDeviceId())
        const response = await session.fetch(`/devices?id=${id}`, { method: 'DELETE' })
        report(response.ok ? 'unregistered' : 'left-registered')
      } catch (error) {
        // `session-ended`: it was cut off, and the event has told of it.
        if (isChatAuthError(error) && error.code === 'session-ended') return
        report('left-registered')
      }
    },
  } satisfies Pick<ChatAuthOptions, 'onEvent' | 'beforeSessionEnd'>
}
