import type { MuteUserResponse } from 'stream-chat'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createManualClock } from '../../../src/testing/controls/createManualClock.js'
import { createChatBackend } from '../../../src/testing/createChatBackend.js'
import { nextEvent, refusal, serveRealClients } from '../realClients.js'

const chat = serveRealClients({
  users: [
    { id: 'jane', name: 'Jane' },
    { id: 'bob', name: 'Bob' },
    { id: 'carol', name: 'Carol' },
  ],
})

const namesOf = (mutes: readonly { target: { id: string } }[]) => mutes.map((one) => one.target.id)

describe('a user whom another has muted', () => {
  test('is in the answer, and in the mutes of all the devices of who muted them', async () => {
    const jane = await chat.connect('jane')
    const phone = await chat.connect('jane')
    const told = [jane, phone].map((device) => nextEvent(device, 'notification.mutes_updated'))

    const answer = await jane.muteUser('bob')

    expect(answer.mute).toMatchObject({ user: { id: 'jane' }, target: { id: 'bob', name: 'Bob' } })
    expect(namesOf(answer.own_user?.mutes ?? [])).toEqual(['bob'])
    await Promise.all(told)
    expect(namesOf(jane.mutedUsers)).toEqual(['bob'])
    expect(namesOf(phone.mutedUsers)).toEqual(['bob'])
    expect(jane.userMuteStatus('bob')).toBe(true)
  })

  test('is muted in the next connection too, once, until they are unmuted', async () => {
    const jane = await chat.connect('jane')
    await jane.muteUser('bob')
    await jane.muteUser('carol')
    await jane.muteUser('bob')
    const again = await chat.connect('jane')
    expect(namesOf(again.mutedUsers)).toEqual(['carol', 'bob'])

    const told = nextEvent(again, 'notification.mutes_updated')
    await jane.unmuteUser('bob')
    await told
    expect(namesOf(again.mutedUsers)).toEqual(['carol'])
    expect(namesOf((await chat.connect('jane')).mutedUsers)).toEqual(['carol'])
  })

  test('is muted for nobody else, and is not told', async () => {
    const [jane, bob] = [await chat.connect('jane'), await chat.connect('bob')]
    const types: string[] = []
    bob.on((event) => types.push(event.type))
    const told = nextEvent(jane, 'notification.mutes_updated')
    await jane.muteUser('bob')
    await told
    expect(bob.mutedUsers).toEqual([])
    expect(types).not.toContain('notification.mutes_updated')
    expect((await chat.connect('carol')).mutedUsers).toEqual([])
  })
})

test('a mute of a user who does not exist names them, and mutes and tells nobody', async () => {
  const jane = await chat.connect('jane')
  expect(await jane.muteUser('nobody')).toMatchObject({ mutes: [], non_existing_users: ['nobody'] })
  expect(await jane.unmuteUser('nobody')).toMatchObject({ non_existing_users: ['nobody'] })
  const { users } = await jane.queryUsers({ id: 'nobody' })
  expect(users).toEqual([])
})

test('a mute without a target, of oneself, or with a timeout that is no number is refused', async () => {
  const jane = await chat.connect('jane')
  await expect(jane.muteUser('')).rejects.toEqual(refusal(4, 400))
  await expect(jane.unmuteUser('')).rejects.toEqual(refusal(4, 400))
  await expect(jane.muteUser('jane')).rejects.toEqual(refusal(4, 400))
  const timeout = 'long' as unknown as number
  await expect(jane.muteUser('bob', undefined, { timeout })).rejects.toEqual(refusal(4, 400))
  await expect(jane.muteUser('bob', undefined, { timeout: -1 })).rejects.toEqual(refusal(4, 400))
})

test('nobody mutes in the name of another, and an anonymous reader mutes nobody', async () => {
  const jane = await chat.connect('jane')
  await expect(jane.muteUser('bob', 'carol')).rejects.toEqual(refusal(17, 403))
  await expect(jane.unmuteUser('bob', 'carol')).rejects.toEqual(refusal(17, 403))
  await expect((await chat.connectAnonymously()).muteUser('bob')).rejects.toEqual(refusal(17, 403))
})

test('a mute with a timeout in minutes runs out by itself', async () => {
  const clock = createManualClock()
  const backend = createChatBackend({ clock })
  onTestFinished(() => backend.dispose())
  const Authorization = await backend.createToken('jane')
  async function mute(body: object) {
    const answer = await backend.fetch(
      `${backend.url}/moderation/mute?api_key=${backend.apiKey}&user_id=jane`,
      {
        method: 'POST',
        headers: { Authorization, 'stream-auth-type': 'jwt' },
        body: JSON.stringify(body),
      },
    )
    return (await answer.json()) as MuteUserResponse
  }
  // The answer to a target who does not exist shows the mutes that are left.
  const left = async () => namesOf((await mute({ target_id: 'nobody' })).own_user?.mutes ?? [])

  const answer = await mute({ target_id: 'bob', timeout: 10 })
  expect(answer.mute?.expires).toBe(new Date(clock.now() + 600_000).toISOString())
  await clock.advance(599_999)
  expect(await left()).toEqual(['bob'])
  await clock.advance(1)
  expect(await left()).toEqual([])
})

test('a reset of the backend lifts all mutes', async () => {
  await (await chat.connect('jane')).muteUser('bob')
  chat.backend.reset()
  expect((await chat.connect('jane')).mutedUsers).toEqual([])
})
