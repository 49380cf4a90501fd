import { createChatAuth, httpConnector } from '../../src/react-native.js'

/** Returns the id of this device, such as by `messaging().getToken()` of Firebase. */
declare function readDeviceId(): Promise<string>

export const auth = createChatAuth({
  connector: httpConnector({ apiKey: 'your-key', baseUrl: 'https://chat.example.com' }),
  async beforeSessionEnd(session) {
    const id = encodeURIComponent(await readDeviceId())
    await session.fetch(`/devices?id=${id}`, { method: 'DELETE' })
  },
})

/** Call once a user has connected, and whenever the id of the device changes. */
export async function registerDevice(): Promise<void> {
  const device = { id: await readDeviceId(), push_provider: 'firebase' }
  await auth.fetch('/devices', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(device),
  })
}
