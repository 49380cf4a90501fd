import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { jane } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { ReadersDemo } from './ReadersDemo.js'

const meta = {
  title: 'useChatUser',
  component: ReadersDemo,
  // Their page is ChatUser.mdx.
  tags: ['!autodocs'],
  decorators: [withChat],
} satisfies Meta<typeof ReadersDemo>
export default meta
type Story = StoryObj<typeof meta>

/** A renewal renders the reader of the expiry, and not the reader of the name. */
export const Readers: Story = {
  parameters: chat({ user: jane }),
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { backend } = chatIn(canvasElement)
    await canvas.findByText(/^Jane/)
    const count = (of: string) => Number(canvas.getByLabelText(`renders of ${of}`).textContent)
    const before = { name: count('name'), expiry: count('expiry') }

    await userEvent.click(canvas.getByRole('button', { name: 'Renew the token' }))
    await waitFor(() => expect(count('expiry')).toBeGreaterThan(before.expiry))
    await expect(count('name')).toBe(before.name)
    await expect(backend.counters.tokenCallsByUser).toEqual({ jane: 2 })
  },
}
