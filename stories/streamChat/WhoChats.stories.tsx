import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor } from 'storybook/test'
import { visitor } from '../support/storyChat.js'
import { withChat } from '../support/withChat.js'
import { playRoom } from './playRoom.js'
import { RealChat } from './RealChat.js'
import { roomChat, roomPage, team, townHall } from './roomChat.js'

const meta = {
  title: 'stream-chat/Who chats',
  component: RealChat,
  decorators: [withChat],
  // Their page is About.mdx.
  tags: ['!autodocs'],
  args: { theme: 'light' },
  render: (args, { globals }) => (
    <RealChat {...args} theme={globals['theme'] === 'dark' ? 'dark' : 'light'} />
  ),
  parameters: { ...roomPage, ...roomChat() },
} satisfies Meta<typeof RealChat>
export default meta
type Story = StoryObj<typeof meta>

/** The chat is remounted with Bob's own client, without any of Jane's state. */
export const ASwitch: Story = {
  play: async ({ canvasElement }) => {
    const { backend, canvas, composer, press, write, ...room } = playRoom(canvasElement)
    await userEvent.type(await composer(), 'What Jane did not s')
    const { client } = room.session()
    await press('Switch to Bob')

    await canvas.findByText('Connected as Bob')
    await waitFor(async () => expect(await composer()).toHaveValue(''))
    await write('Bob here')
    await room.isStoredOnce(team, 'Bob here', 'bob')
    await room.seesOnce('Bob here')
    await room.nothingIsLost()
    await expect(room.session().client).not.toBe(client)
    await expect(backend.counters).toMatchObject({
      tokenCallsByUser: { jane: 1, bob: 1 },
      liveSockets: 1,
    })
  },
}

/** The backend chooses a guest's id and permissions. */
export const AGuest: Story = {
  parameters: roomChat({ connect: (auth) => auth.setGuestUser(visitor) }),
  play: async ({ canvasElement }) => {
    const { backend, canvas, write, ...room } = playRoom(canvasElement)
    await canvas.findByText('Connected as Visitor (guest)')
    await write('Hello from outside')
    const guest = expect.stringMatching(/^guest-.+-visitor$/)
    await room.isStoredOnce(townHall, 'Hello from outside', guest)
    await room.nothingIsLost()
    await expect(backend.counters).toMatchObject({ guestsCreated: 1, tokenCalls: 0 })
  },
}

/** An anonymous reader sees new messages; the composer is closed. */
export const Anonymous: Story = {
  parameters: roomChat({ connect: (auth) => auth.connectAnonymousUser() }),
  play: async ({ canvasElement }) => {
    const { backend, canvas, press, ...room } = playRoom(canvasElement)
    await canvas.findByText('Connected as an anonymous reader')
    await room.seesOnce('Guests may write in it, too.')
    await press('Let Bob write')
    await room.seesOnce('Are you still there?')
    await canvas.findByText(/^You may read this channel/)
    await expect(canvas.queryByPlaceholderText('Send a message')).toBeNull()
    await room.nothingIsLost()
    await expect(backend.counters).toMatchObject({ guestsCreated: 0, tokenCalls: 0 })
  },
}

/** A log-out closes the socket and discards the client with its data; the next user sees all messages. */
export const ALogOut: Story = {
  play: async ({ canvasElement }) => {
    const { backend, canvas, composer, press, write, ...room } = playRoom(canvasElement)
    await composer()
    await write('Back in a minute')
    await room.isStoredOnce(team, 'Back in a minute', 'jane')
    await press('Log out')
    await canvas.findByText('Nobody is here.')
    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))

    await press('Connect Jane')
    await room.seesOnce('Back in a minute')
    await room.nothingIsLost()
    await expect(backend.counters).toMatchObject({ tokenCalls: 2, liveSockets: 1 })
  },
}
