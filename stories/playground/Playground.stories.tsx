import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor } from 'storybook/test'
import type { ChatBackend } from '../../src/testing.js'
import { watchStatuses } from '../support/storyChat.js'
import { chat, chatIn, withChat } from '../support/withChat.js'
import { Playground } from './Playground.js'

const lifetimeSeconds = 60

const meta = {
  title: 'Playground',
  component: Playground,
  decorators: [withChat],
  // On its own page, because several playgrounds on one docs page would be confusing.
  tags: ['!autodocs'],
  args: { lifetimeMs: lifetimeSeconds * 1000 },
  parameters: {
    layout: 'fullscreen',
    controls: { disable: true },
    ...chat({
      prepare({ faults, tokenEndpoint }) {
        // Latency of a real backend, so that some requests are always in flight.
        faults.slowMs = 120
        // A short lifetime shows renewals; a slow endpoint shows held requests.
        tokenEndpoint.expiresInSeconds = lifetimeSeconds
        tokenEndpoint.slowMs = 800
      },
    }),
  },
} satisfies Meta<typeof Playground>
export default meta
type Story = StoryObj<typeof meta>

/** A session to try out. */
export const TryIt: Story = { args: { startsSending: true } }

/** Expects by the backend's counts that all requests were answered, none twice and none as another user. */
function expectAllAnswered({ counters }: ChatBackend, requests: number) {
  return expect(counters).toMatchObject({
    accepted: requests,
    acceptedTwice: 0,
    wrongUserTokens: 0,
    liveSockets: 1,
  })
}

/** The token expires between two groups of requests, and one provider call replaces it. */
export const AnExpiryNobodyNotices: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { auth, backend } = chatIn(canvasElement)
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    await press('Connect Jane')
    await canvas.findByText('Connected as Jane')
    const statuses = watchStatuses(auth)
    await press('Send 10 requests')
    await waitFor(() => expectAllAnswered(backend, 10))

    // The socket is not told, so that the requests are the first to be refused.
    backend.socketExpiry = 'silent'
    await press('Expire the token now')
    await press('Send 10 requests')

    await waitFor(() => expectAllAnswered(backend, 20), { timeout: 10_000 })
    await expect(backend.counters).toMatchObject({
      tokenCalls: 2,
      refused: { 40: 10 },
      replays: 10,
    })
    await expect(statuses).toEqual(['connected'])
    await waitFor(() => expect(tile(canvasElement, 'Answered')).toHaveTextContent('20'))
    await expect(tile(canvasElement, 'Lost')).toHaveTextContent('0')
    await expect(canvas.getByRole('log')).toHaveTextContent('the old one expired')
  },
}

/** Without a token and an endpoint, requests are held; once the endpoint is back, all go out. */
export const ABrokenTokenEndpoint: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { auth, backend } = chatIn(canvasElement)
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    await press('Connect Jane')
    await canvas.findByText('Connected as Jane')
    const statuses = watchStatuses(auth)
    await press('Break my token endpoint')
    await press('Expire the token now')
    await press('Send 10 requests')
    await waitFor(() => expect(tile(canvasElement, 'Held')).toHaveTextContent('10'))

    await canvas.findByText(/^No token: token-provider-failed/, {}, { timeout: 5000 })

    await press('Break my token endpoint')
    await waitFor(() => expectAllAnswered(backend, 10), { timeout: 10_000 })
    // The socket is lost with the token, which the state shows once the endpoint has failed.
    await waitFor(() => expect(statuses).toEqual(['connected', 'reconnecting', 'connected']))
    await expect(tile(canvasElement, 'Lost')).toHaveTextContent('0')
  },
}

/** The session survives a network outage, and a new socket opens at once after it. */
export const OfflineAndBack: Story = {
  play: async ({ canvas, canvasElement, userEvent }) => {
    const { backend } = chatIn(canvasElement)
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    await press('Connect Jane')
    await canvas.findByText('Connected as Jane')
    await press('Go offline')
    await canvas.findByText('Reconnecting as Jane…')
    await press('Go offline')
    await canvas.findByText('Connected as Jane')
    await expect(backend.counters).toMatchObject({ tokenCalls: 1, liveSockets: 1 })
  },
}

/** The number under a name. */
function tile(canvasElement: HTMLElement, name: string) {
  const names = [...canvasElement.querySelectorAll('dt')]
  return names.find(({ textContent }) => textContent === name)?.nextElementSibling
}
