import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { jane } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { Messages } from './Messages.js'

const meta = {
  title: 'Data',
  component: Messages,
  // Their page is About.mdx.
  tags: ['!autodocs'],
  decorators: [withChat],
} satisfies Meta<typeof Messages>
export default meta
type Story = StoryObj<typeof meta>

/** A query and a mutation of the session. A sent message is read again, and a switch removes all data. */
export const QueryAndMutation: Story = {
  parameters: chat({ user: jane }),
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { backend } = chatIn(canvasElement)
    const hello = async () => userEvent.click(canvas.getByRole('button', { name: 'Say hello' }))
    await canvas.findByText('Jane: Lunch at noon?')
    await hello()
    await canvas.findByText('Jane: Hello')

    await userEvent.click(canvas.getByRole('button', { name: 'Switch to Bob' }))
    await canvas.findByText('Connected as Bob')
    await canvas.findByText('Jane: Hello')
    await hello()
    await canvas.findByText('Bob: Hello')
    await expect(backend.counters.messagesByUser).toEqual({ jane: 1, bob: 1 })
  },
}

/** A token that expires during a query is replaced while the query is held. */
export const RefreshUnderIt: Story = {
  parameters: chat({ user: jane }),
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { backend } = chatIn(canvasElement)
    await userEvent.click(await canvas.findByRole('button', { name: 'Say hello' }))
    await canvas.findByText('Jane: Hello')
    await backend.expireToken('jane')

    await userEvent.click(canvas.getByRole('button', { name: 'Say hello' }))
    await waitFor(() => expect(canvas.getAllByText('Jane: Hello')).toHaveLength(2))
    await expect(backend.counters.tokenCallsByUser).toEqual({ jane: 2 })
  },
}
