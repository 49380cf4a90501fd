import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent } from 'storybook/test'
import { withChat } from '../support/withChat.js'
import { playRoom } from './playRoom.js'
import { RealChat } from './RealChat.js'
import { roomChat, roomPage, townHall } from './roomChat.js'

const meta = {
  title: 'stream-chat/How it looks',
  component: RealChat,
  decorators: [withChat],
  tags: ['!autodocs'],
  args: { theme: 'light' },
  render: (args, { globals }) => (
    <RealChat {...args} theme={globals['theme'] === 'dark' ? 'dark' : 'light'} />
  ),
  parameters: { ...roomPage, ...roomChat() },
} satisfies Meta<typeof RealChat>
export default meta
type Story = StoryObj<typeof meta>

/** The components have their own dark theme, which the page selects. */
export const InTheDark: Story = {
  globals: { theme: 'dark' },
  play: async ({ canvasElement }) => {
    const room = playRoom(canvasElement)
    await room.composer()
    await room.press('Let Bob write')
    await room.seesOnce('Are you still there?')
    await room.nothingIsLost()
  },
}

/** Shows the list and the channel one at a time, with the focus in the visible one. */
export const OnAPhone: Story = {
  globals: { viewport: { value: 'phone' } },
  play: async ({ canvasElement }) => {
    const { canvas, composer, write, ...room } = playRoom(canvasElement)
    await composer()
    const back = canvas.getByRole('button', { name: '‹ Channels' })
    await userEvent.click(back)
    const list = canvas.getByRole('listbox')
    await expect(list).toBeVisible()
    await expect(back).not.toBeVisible()
    await expect(list).toContainElement(document.activeElement as HTMLElement)

    await userEvent.click(canvas.getByRole('option', { name: /^Town hall/ }))
    await room.seesOnce('Guests may write in it, too.')
    await expect(canvas.getByRole('button', { name: '‹ Channels' })).toHaveFocus()
    await write('From the train')
    await room.isStoredOnce(townHall, 'From the train', 'jane')
    await room.nothingIsLost()
  },
}
