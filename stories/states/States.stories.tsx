import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import { StateCard } from '../support/StateCard.js'
import { jane } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { stuckNetwork } from './stuckNetwork.js'

const meta = {
  title: 'States',
  component: StateCard,
  // Their page is About.mdx.
  tags: ['!autodocs'],
  decorators: [withChat],
  parameters: chat({ user: jane }),
} satisfies Meta<typeof StateCard>
export default meta
type Story = StoryObj<typeof meta>

/** Provider timeout of 1 h, so that a fault keeps its state while the page is open. */
const patient = { providerTimeoutMs: 3_600_000 }

/** No user is connected, and no request was sent. */
export const Disconnected: Story = {
  parameters: chat({ user: null }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Nobody is connected')
    await expect(auth.getState()).toEqual({ status: 'disconnected' })
    await expect(backend.counters).toMatchObject({ requests: 0, tokenCalls: 0, socketsOpened: 0 })
  },
}

/** The token endpoint hangs, so there is no token and no socket. Requests are held. */
export const Connecting: Story = {
  parameters: chat({
    user: jane,
    options: patient,
    prepare: ({ tokenEndpoint }) => {
      tokenEndpoint.fault = 'hang'
    },
  }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Connecting as Jane…')
    await waitFor(() => expect(backend.counters.tokenCalls).toBe(1))
    // Rejected when the story goes away.
    auth.fetch('/me').catch(() => {})
    await expect(await canvas.findByText('held requests')).toBeVisible()
    await expect(backend.counters).toMatchObject({ requests: 0, tokenCalls: 1, socketsOpened: 0 })
  },
}

/** The token is good and the socket is up. */
export const Connected: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Connected as Jane')
    await expect((await auth.fetch('/me')).status).toBe(200)
    await expect(backend.counters).toMatchObject({ accepted: 1, tokenCalls: 1, liveSockets: 1 })
  },
}

/** The backend is down during a live session. The user and the screen stay. */
export const Reconnecting: Story = {
  parameters: chat({
    user: jane,
    onceConnected({ backend }) {
      backend.faults.down = true
      backend.dropConnections()
    },
  }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Reconnecting as Jane…')
    await canvas.findByText(/failed, next in/)
    await expect(auth.getState()).toMatchObject({ status: 'reconnecting', user: jane })
    await expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 0 })
  },
}

/** The socket is closed on purpose. The session stays, and sends its requests. */
export const Paused: Story = {
  parameters: chat({ user: jane, onceConnected: ({ auth }) => void auth.pause() }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Paused as Jane')
    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
    await expect((await auth.fetch('/me')).status).toBe(200)
    await expect(auth.getState()).toMatchObject({ status: 'paused', user: jane })
    await expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 0 })
  },
}

/** The user is logged out while the old socket is closing, here on a network that drops the close. */
export const Disconnecting: Story = {
  parameters: chat({
    user: jane,
    ...stuckNetwork(),
    onceConnected: ({ auth }) => void auth.disconnectUser(),
  }),
  play: async ({ canvas, canvasElement }) => {
    const { auth } = chatIn(canvasElement)
    await canvas.findByText('Logging out Jane…')
    await expect(auth.getState()).toEqual({
      status: 'disconnecting',
      identity: { type: 'user', user: jane },
    })
    await expect(auth.fetch('/me')).rejects.toMatchObject({ code: 'not-connected' })
  },
}

/** The token endpoint answered 401: the user must sign in again, and there is no retry. */
export const Failed: Story = {
  parameters: chat({
    user: jane,
    prepare: ({ tokenEndpoint }) => {
      tokenEndpoint.fault = '401'
    },
  }),
  play: async ({ canvas, canvasElement }) => {
    const { auth, backend } = chatIn(canvasElement)
    await canvas.findByText('Could not connect as Jane')
    await expect(canvas.getByText('token-provider-denied')).toBeVisible()
    await expect(auth.fetch('/me')).rejects.toMatchObject({ code: 'token-provider-denied' })
    await expect(backend.counters).toMatchObject({ requests: 0, tokenCalls: 1, socketsOpened: 0 })
  },
}
