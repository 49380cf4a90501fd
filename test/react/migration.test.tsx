import { configure, render, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, onTestFinished, test } from 'vitest'
import { App as After } from '../../stories/comparison/migration/After.js'
import { App as Before } from '../../stories/comparison/migration/Before.js'
import { serve } from './servedChat.js'

// A long limit, because a real server and real components are slow on a slow core.
configure({ asyncUtilTimeout: 10_000 })

const jane = { id: 'jane', name: 'Jane' }
const bob = { id: 'bob', name: 'Bob' }

describe('moving from useCreateChatClient', { timeout: 60_000 }, () => {
  test('with useCreateChatClient the app shows a chat and sends a message', async () => {
    const { backend, props, sendAndHear } = await serve()
    const rejections = collectRejections()
    const { unmount } = render(<Before {...props} user={jane} />)

    await sendAndHear('Hello')

    expect(backend.counters.messagesByUser).toEqual({ jane: 1 })
    unmount()
    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
    // The composer is cleared once its client is gone.
    expect(rejections().map(String)).toEqual([
      "Error: You can't use a channel after client.disconnect() was called",
    ])
  })

  test('with this library the chat survives expiry and revocation, and ends at a switch and a log-out', async () => {
    const { backend, props, send, sendAndHear, recovered } = await serve()
    const { rerender } = render(<After {...props} user={jane} />, { reactStrictMode: true })
    await sendAndHear('One')
    const composer = screen.getByRole('textbox')

    await backend.expireToken(jane.id)
    await send('Two')
    await recovered(1)
    await backend.revokeTokens(jane.id)
    await send('Three')
    await recovered(2)
    await sendAndHear('Four')
    expect(screen.getByRole('textbox')).toBe(composer)

    rerender(<After {...props} user={bob} />)
    await screen.findByText('Opening the chat…')
    await sendAndHear('Bob')
    expect(screen.getByRole('textbox')).not.toBe(composer)

    rerender(<After {...props} user={null} />)
    await screen.findByText('Sign in to chat.')
    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
    expect(backend.counters).toMatchObject({
      messagesByUser: { jane: 4, bob: 1 },
      tokenCallsByUser: { jane: 3, bob: 1 },
      acceptedTwice: 0,
      wrongUserTokens: 0,
    })
  })

  test('with this library a denial by the token provider is shown with its remedy, and retried on request', async () => {
    const { backend, props, sendAndHear } = await serve()
    backend.tokenEndpoint.fault = '403'
    render(<After {...props} user={jane} />, { reactStrictMode: true })
    const alert = await screen.findByRole('alert')
    expect(backend.counters.tokenCalls).toBe(1)

    backend.tokenEndpoint.fault = null
    await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }))
    await sendAndHear('Back')

    expect(backend.counters.messagesByUser).toEqual({ jane: 1 })
  })
})

/** Replaces Vitest's own listeners, which fail the test, until the test is over. */
function collectRejections() {
  const rejections: unknown[] = []
  const others = process.listeners('unhandledRejection')
  const collect = (reason: unknown) => void rejections.push(reason)
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', collect)
  onTestFinished(() => {
    process.off('unhandledRejection', collect)
    for (const other of others) process.on('unhandledRejection', other)
  })
  return () => rejections
}
