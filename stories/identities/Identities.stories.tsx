import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect } from 'storybook/test'
import { jane, visitor } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { IdentityDemo } from './IdentityDemo.js'

const meta = {
  title: 'Identities',
  component: IdentityDemo,
  // Their page is About.mdx.
  tags: ['!autodocs'],
  decorators: [withChat],
} satisfies Meta<typeof IdentityDemo>
export default meta
type Story = StoryObj<typeof meta>

const townHall = '/channels/livestream/town-hall'
const team = '/channels/messaging/team'

/** Builds the body of a message request. */
const message = { method: 'POST', body: JSON.stringify({ message: { text: 'Hello' } }) }

/** Three kinds of identity to choose from. */
export const Choose: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { auth } = chatIn(canvasElement)
    const ways = [
      ['Continue as a guest', 'Connected as Visitor (guest)', 'guest'],
      ['Just read', 'Connected as an anonymous reader', 'anonymous'],
      ['Sign in as Jane', 'Connected as Jane', 'user'],
    ] as const
    for (const [button, status, type] of ways) {
      await userEvent.click(await canvas.findByRole('button', { name: button }))
      await canvas.findByText(status)
      await expect(auth.getState()).toMatchObject({ identity: { type } })
      await userEvent.click(canvas.getByRole('button', { name: 'Log out' }))
      await canvas.findByText('Nobody is connected')
    }
  },
}

/** A user with an account, whose token comes from the token provider. */
export const User: Story = {
  parameters: chat({ connect: (auth) => auth.connectUser(jane) }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Connected as Jane')
    await expect((await auth.fetch(`${team}/message`, message)).status).toBe(201)
    await expect(backend.counters).toMatchObject({
      tokenCallsByUser: { jane: 1 },
      messagesByUser: { jane: 1 },
    })
  },
}

/** A guest without an account, whose id and token come from the chat backend. */
export const Guest: Story = {
  parameters: chat({ connect: (auth) => auth.setGuestUser(visitor) }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Connected as Visitor (guest)')
    // The backend's id differs from the requested one.
    await expect(auth.getState()).toMatchObject({
      identity: { type: 'guest' },
      user: { id: expect.stringMatching(/^guest-.+-visitor$/), name: 'Visitor' },
    })
    await expect((await auth.fetch(`${townHall}/message`, message)).status).toBe(201)
    await expect((await auth.fetch(`${team}/message`, message)).status).toBe(403)
    await expect(backend.counters).toMatchObject({ guestsCreated: 1, tokenCalls: 0 })
  },
}

/** An anonymous reader of livestreams, without a token. */
export const Anonymous: Story = {
  parameters: chat({ connect: (auth) => auth.connectAnonymousUser() }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Connected as an anonymous reader')
    await expect((await auth.fetch(townHall)).status).toBe(200)
    // A forbidden request shows its error and remedy.
    const refused = { code: 'anonymous-not-allowed' }
    await expect(auth.fetch(`${townHall}/message`, message)).rejects.toMatchObject(refused)
    await expect(auth.fetch(team)).rejects.toMatchObject(refused)
    await expect(backend.counters).toMatchObject({ guestsCreated: 0, tokenCalls: 0 })
  },
}
