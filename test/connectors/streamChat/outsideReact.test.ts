import { expect, test, vi } from 'vitest'
import { openChannel, readSettings } from '../../../stories/start/recipes/outsideReact.js'
import type { Stage } from '../contract/stage.js'
import { jane, setUp } from '../realClient.js'

const current = vi.hoisted(() => ({ stage: null as Stage | null }))

// The recipe's own handle leads to a backend that does not exist.
vi.mock('../../../stories/start/recipes/chatAuth.js', () => ({
  get auth() {
    return current.stage?.auth
  },
}))

test('the recipe for code outside React waits for the user, acts as them, and rejects after their log-out', async () => {
  const stage = (current.stage = await setUp())
  const opening = openChannel('general')
  const reading = readSettings()
  await stage.auth.connectUser(jane)
  const channel = await opening
  expect(channel.getClient().userID).toBe('jane')
  expect(channel.initialized).toBe(true)
  expect(await reading).toHaveProperty('app')
  await stage.auth.disconnectUser()
  await expect(openChannel('general')).rejects.toMatchObject({ code: 'not-connected' })
})

test('the recipe for code outside React rejects with the reason of the caller who leaves', async () => {
  current.stage = await setUp()
  const reason = new Error('navigated away')
  await expect(openChannel('general', AbortSignal.abort(reason))).rejects.toBe(reason)
})
