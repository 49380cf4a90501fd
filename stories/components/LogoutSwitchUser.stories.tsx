import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, waitFor, within } from 'storybook/test'
import { LogoutSwitchUser } from '../../src/index.js'
import { bob, jane } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { german, hebrew } from './translations.js'

const meta = {
  title: 'Components/LogoutSwitchUser',
  component: LogoutSwitchUser,
  decorators: [withChat],
  parameters: chat({ user: jane }),
  args: { users: [jane, bob], onSignIn: fn() },
} satisfies Meta<typeof LogoutSwitchUser>
export default meta
type Story = StoryObj<typeof meta>

const logOut = { name: 'Log out of chat' }

/** Who is connected, how, since when and until when; and everything that a person can do. */
export const Panel: Story = {
  play: async ({ canvas }) => {
    await canvas.findByText('Connected')
    await expect(canvas.getByRole('button', { current: true })).toHaveTextContent('Jane')
    await expect(canvas.getByText('Member')).toBeVisible()
  },
}

/** A button with the avatar opens the same in a popover: Escape closes it, and the focus goes back. */
export const Menu: Story = {
  args: { variant: 'menu' },
  play: async ({ canvas, userEvent }) => {
    const trigger = await canvas.findByRole('button', { name: 'Jane' })
    await userEvent.click(trigger)
    await waitFor(() => expect(canvas.getByRole('button', logOut)).toBeVisible())
    await expect(trigger).toHaveAttribute('aria-expanded', 'true')
    await userEvent.click(trigger)
    await waitFor(() => expect(trigger).toHaveAttribute('aria-expanded', 'false'))
  },
}

/** A switch logs out and connects as one operation, so that no request goes out as the wrong user. */
export const SwitchesAccount: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { backend } = chatIn(canvasElement)
    await canvas.findByText('Connected')
    await userEvent.click(canvas.getByRole('button', { name: /Bob/u }))
    await waitFor(() =>
      expect(backend.counters).toMatchObject({
        tokenCallsByUser: { jane: 1, bob: 1 },
        liveSockets: 1,
        wrongUserTokens: 0,
      }),
    )
    await waitFor(() =>
      expect(canvas.getByRole('button', { current: true })).toHaveTextContent('Bob'),
    )
  },
}

/** While the new account's token is on its way, the old one can come back. */
export const Switching: Story = {
  parameters: chat({
    user: jane,
    options: { providerTimeoutMs: 3_600_000 },
    onceConnected({ backend }) {
      backend.tokenEndpoint.fault = 'hang'
    },
  }),
  play: async ({ canvas, userEvent }) => {
    await canvas.findByText('Connected')
    await userEvent.click(canvas.getByRole('button', { name: /Bob/u }))
    await expect(await canvas.findByText('Switching from Jane…')).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Cancel' })).toBeVisible()
  },
}

/** Signed out is no dead end. */
export const SignedOut: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    await canvas.findByText('Connected')
    await userEvent.click(canvas.getByRole('button', logOut))
    await expect(await canvas.findByText('Not signed in to chat')).toBeVisible()
    await waitFor(() => expect(chatIn(canvasElement).backend.counters.liveSockets).toBe(0))
    await expect(canvas.getByRole('region')).toHaveFocus()
  },
}

/** The sign-in service does not answer: when it is tried again, with "try now" and "stop". */
export const TryingAgain: Story = {
  parameters: chat({
    user: jane,
    options: { retry: { minDelayMs: 600_000, maxDelayMs: 1_200_000 } },
    prepare: ({ tokenEndpoint }) => {
      tokenEndpoint.fault = '500'
    },
  }),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('We can’t reach the sign-in service.')).toBeVisible()
    await expect(await canvas.findByText(/^Trying again in/u)).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Stop' })).toBeVisible()
  },
}

/** The app's own session is over. Once that is mended, one press connects again. */
export const SignInAgain: Story = {
  parameters: chat({
    user: jane,
    prepare: ({ tokenEndpoint }) => {
      tokenEndpoint.fault = '401'
    },
  }),
  play: async ({ canvas, canvasElement, userEvent }) => {
    await expect(await canvas.findByText('Please sign in again.')).toBeVisible()
    chatIn(canvasElement).backend.tokenEndpoint.fault = null
    await userEvent.click(canvas.getByRole('button', { name: 'Try again' }))
    await canvas.findByText('Connected')
    await expect(canvas.queryByText('Please sign in again.')).not.toBeInTheDocument()
  },
}

/** Asks before anything is thrown away. Escape keeps the session, and the focus is back. */
export const Asks: Story = {
  parameters: chat({ user: jane, options: { unsaved: () => 3 } }),
  play: async ({ canvas, canvasElement, userEvent }) => {
    await canvas.findByText('Connected')
    const button = canvas.getByRole('button', logOut)
    await userEvent.click(button)
    const dialog = within(await canvas.findByRole('dialog'))
    await expect(dialog.getByText('Log out with 3 messages unsent?')).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Stay' })).toHaveFocus()
    await userEvent.click(dialog.getByRole('button', { name: 'Stay' }))
    await waitFor(() => expect(canvas.queryByRole('dialog')).not.toBeInTheDocument())
    await expect(button).toHaveFocus()
    await expect(chatIn(canvasElement).backend.counters.liveSockets).toBe(1)
  },
}

/** From 6 accounts the list scrolls, from 8 it has a filter; it is one tab stop. */
export const FiftyAccounts: Story = {
  args: {
    users: Array.from({ length: 50 }, (_, n) => ({ id: `person-${n}`, name: `Person ${n}` })),
    showGuest: false,
    showAnonymous: false,
  },
  play: async ({ canvas, userEvent }) => {
    await canvas.findByText('Connected')
    await userEvent.type(canvas.getByRole('searchbox'), '49')
    await expect(within(canvas.getByRole('list')).getAllByRole('button')).toHaveLength(1)
    await userEvent.clear(canvas.getByRole('searchbox'))
  },
}

/** Names as people have them: without letters, long, in any script, with flags and families. */
export const Names: Story = {
  args: {
    users: [
      { id: 'no-name', name: '   ' },
      { id: 'long', name: 'Wolfeschlegelsteinhausenbergerdorff '.repeat(3) },
      { id: 'cjk', name: '山田太郎' },
      { id: 'arabic', name: 'محمد الأمين' },
      { id: 'flag', name: '🏳️‍🌈 Alex' },
      { id: 'family', name: '👨‍👩‍👧‍👦' },
      { id: 'image', name: 'No Image', image: 'https://example.invalid/none.png' },
    ],
  },
  play: async ({ canvas }) => {
    await canvas.findByText('Connected')
    const flag = canvas.getByRole('button', { name: '🏳️‍🌈 Alex' })
    await expect(flag.querySelector('[data-part="avatar"]')).toHaveTextContent('🏳️‍🌈')
    const image = canvas.getByRole('button', { name: 'No Image' })
    await waitFor(() => expect(image.querySelector('[data-part="avatar"]')).toHaveTextContent('NI'))
  },
}

/** `labels` replaces every text, for example with another language; `lang` writes the spans in it. */
export const Translated: Story = {
  args: { lang: 'de', labels: german },
  play: async ({ canvas }) => {
    await canvas.findByText('Verbunden')
    await expect(canvas.getByRole('region', { name: 'Dein Chat-Konto' })).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Vom Chat abmelden' })).toBeVisible()
  },
}

/** Right-to-left layout. */
export const RightToLeft: Story = {
  args: { lang: 'he', dir: 'rtl', labels: hebrew },
  play: async ({ canvas, canvasElement }) => {
    await canvas.findByText('מחובר')
    const avatar = canvasElement.querySelector('[data-part="portrait"]')!
    const kind = canvas.getByText('חבר')
    await expect(avatar.getBoundingClientRect().left).toBeGreaterThan(
      kind.getBoundingClientRect().right,
    )
  },
}
