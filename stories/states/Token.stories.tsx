import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { StateCard } from '../support/StateCard.js'
import { jane, type StoryChat } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'

/** The token's status is separate from the session's: `status` stays `connected` in all these stories. */
const meta = {
  title: 'States/Token',
  component: StateCard,
  // Their page is About.mdx.
  tags: ['!autodocs'],
  decorators: [withChat],
} satisfies Meta<typeof StateCard>
export default meta
type Story = StoryObj<typeof meta>

const patient = { providerTimeoutMs: 3_600_000 }

/** Ignores the rejection, because the story shows the error. */
const refresh = ({ auth }: StoryChat) => void auth.refreshToken().catch(() => {})

/** A new token is being fetched while the old one is still good, so no request is held. */
export const Refreshing: Story = {
  parameters: chat({
    user: jane,
    options: patient,
    onceConnected(own) {
      own.backend.tokenEndpoint.fault = 'hang'
      refresh(own)
    },
  }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await expect(await canvas.findByText('refreshing')).toBeVisible()
    await expect((await auth.fetch('/me')).status).toBe(200)
    await expect(auth.getState()).toMatchObject({
      status: 'connected',
      token: { status: 'refreshing', heldRequests: 0 },
    })
    await expect(backend.counters.liveSockets).toBe(1)
  },
}

/** The token endpoint fails and is retried with growing pauses, while the session goes on. */
export const Retrying: Story = {
  parameters: chat({
    user: jane,
    onceConnected(own) {
      own.backend.tokenEndpoint.fault = '503'
      refresh(own)
    },
  }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await expect(await canvas.findByText('retrying')).toBeVisible()
    await expect(canvas.getByText('token-provider-failed')).toBeVisible()
    await expect((await auth.fetch('/me')).status).toBe(200)
    await expect(auth.getState().status).toBe('connected')
    await expect(backend.counters.liveSockets).toBe(1)
  },
}

/** The token has expired and the endpoint is slow, so requests are held in order. */
export const HoldingRequests: Story = {
  parameters: chat({
    user: jane,
    options: { ...patient, holdTimeoutMs: 3_600_000 },
    onceConnected({ auth, backend }) {
      backend.tokenEndpoint.fault = 'hang'
      void backend.expireToken(jane.id)
      // Rejected when the story goes away.
      for (let i = 0; i < 3; i++) auth.fetch('/me').catch(() => {})
    },
  }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await waitFor(() =>
      expect(auth.getState()).toMatchObject({ status: 'connected', token: { heldRequests: 3 } }),
    )
    await expect(await canvas.findByText('held requests')).toBeVisible()
    await expect(canvas.getByText('Connected as Jane')).toBeVisible()
    await expect(backend.counters).toMatchObject({ accepted: 0, tokenCalls: 2 })
  },
}
