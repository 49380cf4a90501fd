import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { watchStatuses } from '../support/storyChat.js'
import { withChat } from '../support/withChat.js'
import { playRoom } from './playRoom.js'
import { RealChat } from './RealChat.js'
import { roomChat, roomPage, team, writeAs } from './roomChat.js'

const meta = {
  title: 'stream-chat/A real chat',
  component: RealChat,
  decorators: [withChat],
  // Its page is About.mdx.
  tags: ['!autodocs'],
  args: { theme: 'light' },
  render: (args, { globals }) => (
    <RealChat {...args} theme={globals['theme'] === 'dark' ? 'dark' : 'light'} />
  ),
  parameters: { ...roomPage, ...roomChat() },
} satisfies Meta<typeof RealChat>
export default meta
type Story = StoryObj<typeof meta>

/** A real chat to try out. */
export const TryIt: Story = {
  // Waits for the chat, because the list shows an empty channel for a moment.
  play: ({ canvasElement }) => playRoom(canvasElement).seesOnce('Lunch at noon, then?'),
}

/** A message is sent with a dead token, which is renewed inside the call. */
export const AnExpiryNobodyNotices: Story = {
  play: async ({ canvasElement }) => {
    const { chat, backend, composer, press, write, ...room } = playRoom(canvasElement)
    await composer()
    const statuses = watchStatuses(chat.auth)
    const { client, sessionId } = room.session()
    // The socket is not told, so that the message is the first to be refused.
    backend.socketExpiry = 'silent'
    await press('Expire the token now')
    await write('Sent with a dead token')

    await room.isStoredOnce(team, 'Sent with a dead token', 'jane')
    await room.seesOnce('Sent with a dead token')
    await room.nothingIsLost()
    await expect(backend.counters).toMatchObject({ tokenCalls: 2, liveSockets: 1 })
    await expect(backend.counters.refused[40]).toBeGreaterThan(0)
    // Each refused request was replayed once.
    await waitFor(() => expect(backend.counters.replays).toBe(backend.counters.refused[40]))
    await expect(statuses).toEqual(['connected'])
    await expect(room.session().sessionId).toBe(sessionId)
    await expect(room.session().client).toBe(client)
  },
}

/** The socket learns that its token is revoked; a new socket opens at once and receives the next events. */
export const ARevocation: Story = {
  play: async ({ canvasElement }) => {
    const { backend, composer, press, write, ...room } = playRoom(canvasElement)
    await composer()
    await press('Revoke')
    await press('Let Bob write')

    await room.seesOnce('Are you still there?')
    await write('Still here')
    await room.isStoredOnce(team, 'Still here', 'jane')
    await room.nothingIsLost()
    await expect(backend.counters).toMatchObject({ tokenCalls: 2, liveSockets: 1 })
  },
}

/** Messages that arrive without a socket are shown once there is a socket again. */
export const ADroppedConnection: Story = {
  play: async ({ canvasElement }) => {
    const { backend, canvas, composer, press, ...room } = playRoom(canvasElement)
    await composer()
    const { socketsOpened } = backend.counters
    await press('Drop the connection')
    await canvas.findByText('Reconnecting as Jane…')
    await press('Let Bob write')

    await canvas.findByText('Connected as Jane')
    await room.seesOnce('Are you still there?')
    await room.nothingIsLost()
    // A broken connection does not mean a dead token.
    await expect(backend.counters).toMatchObject({
      socketsOpened: socketsOpened + 1,
      tokenCalls: 1,
      liveSockets: 1,
    })
  },
}

/** Messages are sent while tokens expire between them; each arrives once, in order, from Jane. */
export const FiveRotations: Story = {
  play: async ({ canvasElement }) => {
    const { chat, backend, write, ...room } = playRoom(canvasElement)
    const texts = ['One', 'Two', 'Three', 'Four', 'Five']
    for (const text of texts) {
      await write(text)
      await backend.expireToken('jane')
    }
    for (const text of texts) await room.isStoredOnce(team, text, 'jane')
    await waitFor(() =>
      expect(
        backend
          .messages(team)
          .slice(-5)
          .map((message) => message.text),
      ).toEqual(texts),
    )
    for (const text of texts) await room.seesOnce(text)
    await room.nothingIsLost()
    await waitFor(() => expect(backend.counters.liveSockets).toBe(1))
    await writeAs('bob', team, 'Five, and I saw them all', chat)
    await room.seesOnce('Five, and I saw them all')
  },
}
