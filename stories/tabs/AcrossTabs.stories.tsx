import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor, within } from 'storybook/test'
import { chatIn, withChat } from '../support/withChat.js'
import { TwoTabs } from './TwoTabs.js'

const meta = {
  title: 'Across tabs',
  component: TwoTabs,
  // Their page is About.mdx.
  tags: ['!autodocs'],
  decorators: [withChat],
} satisfies Meta<typeof TwoTabs>
export default meta
type Story = StoryObj<typeof meta>

/** The second tab gets its token from the first, and keeps its socket through a refresh of the first; a switch and a log-out in one reach the other. */
export const TwoTabsOfOneBrowser: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { backend } = chatIn(canvasElement)
    const tabs = ['One tab', 'Another tab'].map((name) =>
      within(canvas.getByRole('region', { name })),
    )
    const [one] = tabs
    if (!one) throw new Error('There is no tab.')
    const press = (tab: typeof one, name: string) =>
      userEvent.click(tab.getByRole('button', { name }))

    for (const tab of tabs) {
      await press(tab, 'Sign in as Jane')
      await tab.findByText('Connected as Jane')
    }
    await expect(backend.counters).toMatchObject({ tokenCalls: 1, socketsOpened: 2 })
    await press(one, 'Refresh')
    // Only the socket of that tab is reopened.
    await waitFor(() => expect(backend.counters).toMatchObject({ tokenCalls: 2, socketsOpened: 3 }))
    await press(one, 'Switch to Bob')
    for (const tab of tabs) await tab.findByText('Connected as Bob')
    await press(one, 'Log out')
    for (const tab of tabs) await tab.findByText('Nobody is connected')
  },
}
