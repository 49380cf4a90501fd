import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import '../../src/components/styles.css'
import { LogoutSwitchUser } from '../../src/index.js'
import { createTestApp, jane } from '../support/renderStrict.js'

afterEach(cleanup)

async function renderMenu() {
  await page.viewport(320, 640)
  const { App } = createTestApp()
  render(
    <App user={jane}>
      <div style={{ display: 'flex', justifyContent: 'end' }}>
        <LogoutSwitchUser variant="menu" users={[jane]} />
      </div>
    </App>,
    { reactStrictMode: true },
  )
  return await screen.findByRole('button', { name: 'Jane' })
}

const popover = () => document.querySelector<HTMLElement>('[data-part="popover"]')!

test('the menu opens inside of a window of 320 px, and Escape closes it and gives the focus back', async () => {
  const trigger = await renderMenu()
  trigger.focus()
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(popover().matches(':popover-open')).toBe(true))
  await waitFor(() => {
    const box = popover().getBoundingClientRect()
    expect(box.left).toBeGreaterThanOrEqual(8)
    expect(box.right).toBeLessThanOrEqual(312)
    expect(box.bottom).toBeLessThanOrEqual(632)
  })

  await userEvent.keyboard('{Tab}')
  expect(popover().contains(document.activeElement)).toBe(true)
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(popover().matches(':popover-open')).toBe(false))
  expect(document.activeElement).toBe(trigger)
})

test('the menu keeps the focus inside when the pressed entry is gone', async () => {
  const trigger = await renderMenu()
  await userEvent.click(trigger)
  await userEvent.click(await screen.findByRole('button', { name: 'Log out of chat' }))
  await screen.findAllByText('Not signed in to chat')
  await waitFor(() => expect(document.activeElement).toBe(popover()))
})
