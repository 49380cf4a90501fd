import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, waitFor } from 'storybook/test'
import { LogoutSwitchUser } from '../../src/index.js'
import { bob, jane } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { german, hebrew } from './translations.js'

const meta = {
  title: 'Components/LogoutSwitchUser',
  component: LogoutSwitchUser,
  decorators: [withChat],
  parameters: chat({ user: jane }),
  args: { users: [jane, bob], onSwitch: fn(), onLogout: fn(), onRefresh: fn(), onRetry: fn() },
} satisfies Meta<typeof LogoutSwitchUser>
export default meta
type Story = StoryObj<typeof meta>

/** The whole component, with the user and all actions. */
export const Default: Story = {
  play: async ({ canvas }) => {
    await canvas.findByText('Connected as Jane')
    await expect(canvas.getByRole('button', { name: 'Jane' })).toHaveAttribute('aria-current')
  },
}

/** A switch logs out and connects as one operation, so that no request goes out as the wrong user. */
export const SwitchesUser: Story = {
  play: async ({ args, canvas, canvasElement, userEvent }) => {
    const { backend } = chatIn(canvasElement)
    await canvas.findByText('Connected as Jane')
    await userEvent.click(canvas.getByRole('button', { name: 'Bob' }))
    await canvas.findByText('Connected as Bob')
    await expect(args.onSwitch).toHaveBeenCalledOnce()
    await waitFor(() =>
      expect(backend.counters).toMatchObject({
        tokenCallsByUser: { jane: 1, bob: 1 },
        liveSockets: 1,
        wrongUserTokens: 0,
      }),
    )
  },
}

/** The button keeps the focus after a log-out. */
export const LogsOut: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    await canvas.findByText('Connected as Jane')
    const logout = canvas.getByRole('button', { name: 'Log out' })
    await userEvent.click(logout)
    await canvas.findByText('Nobody is connected')
    await expect(logout).toHaveFocus()
    await expect(logout).toHaveAttribute('aria-disabled', 'true')
    await waitFor(() => expect(chatIn(canvasElement).backend.counters.liveSockets).toBe(0))
  },
}

/** Shows the error and its remedy. */
export const Failed: Story = {
  parameters: chat({
    user: jane,
    prepare: ({ tokenEndpoint }) => {
      tokenEndpoint.fault = '401'
    },
  }),
  play: async ({ canvas }) => {
    const alert = await canvas.findByRole('alert')
    await expect(alert).toHaveTextContent('The token endpoint answered with status 401.')
    await expect(alert).toHaveTextContent('ask the user to sign in again')
  },
}

/** Once the cause is fixed, one press connects again. */
export const TriesAgain: Story = {
  ...Failed,
  play: async ({ canvas, canvasElement, userEvent }) => {
    await canvas.findByRole('alert')
    chatIn(canvasElement).backend.tokenEndpoint.fault = null
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }))
    await canvas.findByText('Connected as Jane')
    await expect(canvas.queryByRole('alert')).not.toBeInTheDocument()
  },
}

/** `labels` replaces every text, for example with another language. */
export const LabelsReplaced: Story = {
  args: { lang: 'de', labels: german },
  play: async ({ canvas }) => {
    await canvas.findByText('Verbunden als Jane')
    await expect(canvas.getByRole('region', { name: 'Chat-Benutzer' })).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Abmelden' })).toBeVisible()
  },
}

/** Right-to-left layout. */
export const RightToLeft: Story = {
  args: { lang: 'he', dir: 'rtl', labels: hebrew },
  play: async ({ canvas }) => {
    await canvas.findByText('מחובר בתור Jane')
    const refresh = canvas.getByRole('button', { name: 'רענון האסימון' })
    const logout = canvas.getByRole('button', { name: 'התנתקות' })
    await expect(refresh.getBoundingClientRect().right).toBeGreaterThan(
      logout.getBoundingClientRect().left,
    )
  },
}
