import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect } from 'storybook/test'
import { ConnectionStatus } from '../../src/index.js'
import { jane } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { germanStatus, hebrewStatus } from './translations.js'

const meta = {
  title: 'Components/ConnectionStatus',
  component: ConnectionStatus,
  decorators: [withChat],
  parameters: chat({ user: jane }),
} satisfies Meta<typeof ConnectionStatus>
export default meta
type Story = StoryObj<typeof meta>

/** One line, which screen readers announce on change. */
export const Default: Story = {
  play: async ({ canvas }) => {
    await canvas.findByText('Connected as Jane')
    await expect(canvas.getByRole('status')).toHaveTextContent('Connected as Jane')
  },
}

/** The token line is outside the live region, so that renewals do not interrupt screen readers. */
export const WithToken: Story = {
  args: { showToken: true },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText(/^Token valid until/)).toBeVisible()
    await expect(canvas.getByRole('status')).toHaveTextContent(/^Connected as Jane$/)
  },
}

/** The status stays the same during a call of the token endpoint. */
export const GettingANewToken: Story = {
  args: { showToken: true },
  parameters: chat({
    user: jane,
    options: { providerTimeoutMs: 3_600_000 },
    onceConnected({ auth, backend }) {
      backend.tokenEndpoint.fault = 'hang'
      void auth.refreshToken().catch(() => {})
    },
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Getting a new token…')).toBeVisible()
    await expect(canvas.getByRole('status')).toHaveTextContent('Connected as Jane')
  },
}

/** Each status has its own shape, so that colour is never the only signal. */
export const Reconnecting: Story = {
  parameters: chat({
    user: jane,
    onceConnected({ backend }) {
      backend.faults.down = true
      backend.dropConnections()
    },
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Reconnecting as Jane…')).toBeVisible()
  },
}

export const Failed: Story = {
  parameters: chat({
    user: jane,
    prepare: ({ tokenEndpoint }) => {
      tokenEndpoint.fault = '403'
    },
  }),
  play: async ({ canvas, canvasElement }) => {
    await expect(await canvas.findByText('Could not connect as Jane')).toBeVisible()
    await expect(chatIn(canvasElement).backend.counters.tokenCalls).toBe(1)
  },
}

/** `labels` replaces every text. */
export const LabelsReplaced: Story = {
  args: { showToken: true, lang: 'de', labels: germanStatus },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Verbunden als Jane')).toBeVisible()
    await expect(canvas.getByText(/^Token gültig bis/)).toBeVisible()
  },
}

/** Right-to-left layout. */
export const RightToLeft: Story = {
  args: { showToken: true, lang: 'he', dir: 'rtl', labels: hebrewStatus },
  play: async ({ canvas }) => {
    const text = await canvas.findByText('מחובר בתור Jane')
    const icon = canvas.getByRole('status').previousElementSibling
    await expect(icon?.getBoundingClientRect().left).toBeGreaterThan(
      text.getBoundingClientRect().left,
    )
  },
}
