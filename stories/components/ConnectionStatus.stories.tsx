import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, waitFor } from 'storybook/test'
import { ConnectionStatus } from '../../src/index.js'
import { jane } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { german } from './translations.js'

const meta = {
  title: 'Components/ConnectionStatus',
  component: ConnectionStatus,
  decorators: [withChat],
  parameters: chat({ user: jane }),
  args: { graceMs: 0, onSignIn: fn() },
} satisfies Meta<typeof ConnectionStatus>
export default meta
type Story = StoryObj<typeof meta>

/** Nothing is shown while all is well; a screen reader hears once that the chat is connected. */
export const AllIsWell: Story = {
  play: async ({ canvas, canvasElement }) => {
    await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('Connected as Jane'))
    await expect(canvasElement.querySelector('[data-part="connection-status"]')).toBeNull()
  },
}

/** `showAlways` keeps the line, and `showToken` says until when. */
export const ShownAlways: Story = {
  args: { showAlways: true, showToken: true },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Connected')).toBeVisible()
    await expect(canvas.getByText(/^renews in/u)).toBeVisible()
  },
}

/** The connection is gone: when it is tried again, and "try now". */
export const Reconnecting: Story = {
  parameters: chat({
    user: jane,
    options: { retry: { minDelayMs: 600_000, maxDelayMs: 1_200_000 } },
    onceConnected({ backend }) {
      backend.faults.down = true
      backend.dropConnections()
    },
  }),
  play: async ({ canvas, canvasElement, userEvent }) => {
    const tryNow = await canvas.findByRole('button', { name: 'Try now' })
    await expect(canvas.getByText(/^Reconnecting in/u)).toBeVisible()
    chatIn(canvasElement).backend.faults.down = false
    await userEvent.click(tryNow)
    await waitFor(() => expect(tryNow).not.toBeInTheDocument())
  },
}

/** Requests wait for a new token, which the sign-in service does not give yet. */
export const Renewing: Story = {
  parameters: chat({
    user: jane,
    options: { providerTimeoutMs: 3_600_000 },
    onceConnected({ auth, backend }) {
      backend.tokenEndpoint.fault = 'hang'
      void backend.expireToken('jane')
      void auth.fetch('/channels').catch(() => {})
    },
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Renewing your session…')).toBeVisible()
  },
}

/** Nobody is connected: the app's own sign-in is one press away. */
export const SignedOut: Story = {
  parameters: chat({ user: null }),
  play: async ({ args, canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Sign in' }))
    await expect(args.onSignIn).toHaveBeenCalledOnce()
  },
}

/** The socket rests, and the session goes on. */
export const Paused: Story = {
  parameters: chat({
    user: jane,
    onceConnected: ({ auth }) => void auth.pause(),
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Paused')).toBeVisible()
  },
}

/** `labels` replaces every text. */
export const Translated: Story = {
  args: { showAlways: true, lang: 'de', labels: german },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Verbunden')).toBeVisible()
  },
}
