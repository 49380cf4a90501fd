import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { ChatAuthGate } from '../../src/index.js'
import { bob, jane } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { Closed, Draft } from './gateDemo.js'

const meta = {
  title: 'Components/ChatAuthGate',
  component: ChatAuthGate,
  decorators: [withChat],
  parameters: chat({ user: jane }),
  args: {
    children: ({ user }) => <Draft user={user} />,
    fallback: (state) => <Closed status={state.status} />,
  },
} satisfies Meta<typeof ChatAuthGate>
export default meta
type Story = StoryObj<typeof meta>

/** Content that needs a live session is shown in one. */
export const Open: Story = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('textbox', { name: 'Message from Jane' })).toBeVisible()
  },
}

/** Without a live session the gate shows the fallback, rendered from the state. */
export const Fallback: Story = {
  parameters: chat({
    user: jane,
    options: { providerTimeoutMs: 3_600_000 },
    prepare: ({ tokenEndpoint }) => {
      tokenEndpoint.fault = 'hang'
    },
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Opening the chat…')).toBeVisible()
    await expect(canvas.queryByRole('textbox')).not.toBeInTheDocument()
  },
}

/** A lost connection keeps the draft, because the gate stays open until the session ends. */
export const StaysOpenWhileReconnecting: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { auth, backend } = chatIn(canvasElement)
    await userEvent.type(await canvas.findByRole('textbox'), 'Half a sentence')
    backend.faults.down = true
    backend.dropConnections()
    await waitFor(() => expect(auth.getState().status).toBe('reconnecting'))
    await expect(canvas.getByRole('textbox')).toHaveValue('Half a sentence')
  },
}

/** A new session remounts the tree, so that Bob sees nothing that Jane typed. */
export const FreshForEverySession: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { auth } = chatIn(canvasElement)
    await userEvent.type(await canvas.findByRole('textbox'), 'For Bob never to see')
    await auth.switchUser(bob)
    const textbox = await canvas.findByRole('textbox', { name: 'Message from Bob' })
    await expect(textbox).toHaveValue('')
  },
}
