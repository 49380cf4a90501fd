import type { Channel } from 'stream-chat'
import { expect, test } from 'vitest'
import { refusal, serveRealClients } from '../realClients.js'

const chat = serveRealClients()

const stageOf = async (userId: string) => {
  const channel = (await chat.connect(userId)).channel('livestream', 'town-hall')
  await channel.watch()
  return channel
}

const pixels = Buffer.from('pixels')
const name = 'my cat.png'

const sendPicture = (channel: Channel) => channel.sendFile(pixels, name, 'image/png')

test('a file is stored unchanged, and served to anyone with its URL', async () => {
  const jane = await stageOf('jane')
  const image = await jane.sendImage(pixels as never, name, 'image/png')
  for (const { file } of [image, await sendPicture(jane)]) {
    const shown = await fetch(file)
    expect(shown.headers.get('Content-Type')).toBe('image/png')
    expect(await shown.text()).toBe('pixels')
  }
})

test('only its uploader can remove a file', async () => {
  const jane = await stageOf('jane')
  const bob = await stageOf('bob')
  const { file } = await sendPicture(jane)
  await expect(bob.deleteImage(file)).rejects.toEqual(refusal(16, 404))
  expect((await fetch(file)).status).toBe(200)
  await jane.deleteImage(file)
  expect((await fetch(file)).status).toBe(404)
  await expect(jane.deleteFile('nowhere')).rejects.toEqual(refusal(16, 404))
})

test('an upload without permission, without a file or with a broken form is refused', async () => {
  const nobody = await chat.connectAnonymously()
  const stage = nobody.channel('livestream', 'town-hall')
  await expect(sendPicture(stage)).rejects.toEqual(refusal(17, 403))
  const jane = await stageOf('jane')
  const client = jane.getClient()
  const url = `${client.baseURL}/channels/livestream/town-hall/image`
  await expect(client.post(url, {})).rejects.toEqual(refusal(4, 400))
  const torn = client.axiosInstance.post(url, 'torn', {
    params: { user_id: 'jane', api_key: client.key },
    headers: {
      Authorization: await chat.backend.createToken('jane'),
      'stream-auth-type': 'jwt',
      'Content-Type': 'multipart/form-data; boundary=none',
    },
  })
  await expect(torn).rejects.toMatchObject({ response: { status: 400, data: { code: 4 } } })
})

test('files are gone after a reset, and unreachable while the backend is down', async () => {
  const jane = await stageOf('jane')
  const { file } = await sendPicture(jane)
  chat.backend.faults.down = true
  await expect(fetch(file)).rejects.toThrow(TypeError)
  chat.backend.reset()
  expect((await fetch(file)).status).toBe(404)
})

test('an in-memory backend serves files under its own URL', async () => {
  const token = await chat.backend.createToken('jane')
  const body = new FormData()
  body.append('file', new File([pixels], name, { type: 'image/png' }))
  const answer = await chat.backend.fetch(
    '/channels/livestream/town-hall/file?user_id=jane&api_key=test-key',
    { method: 'POST', headers: { Authorization: token, 'stream-auth-type': 'jwt' }, body },
  )
  const { file } = (await answer.json()) as { file: string }
  expect(file).toMatch(/^https:\/\/chat\.test\/uploads\/.+\/my%20cat\.png$/)
  expect(await (await chat.backend.fetch(file)).text()).toBe('pixels')
})
