import { expect, userEvent, waitFor, within } from 'storybook/test'
import { chatIn } from '../support/withChat.js'

/** Milliseconds before a step counts as hanging; generous, for slow machines. */
const patiently = { timeout: 10_000 }

/** Actions and checks of play functions in the room; the checks trust only the backend. */
export function playRoom(canvasElement: HTMLElement) {
  const chat = chatIn(canvasElement)
  const { backend } = chat
  const canvas = within(canvasElement)

  const press = async (name: string) => userEvent.click(await canvas.findByRole('button', { name }))

  /** Finds the composer once the channel is loaded. */
  const composer = () => canvas.findByPlaceholderText('Send a message', {}, patiently)

  const write = async (text: string) => {
    await userEvent.type(await composer(), `${text}{Enter}`)
    // The composer is cleared once the message is sent.
    await waitFor(async () => expect(await composer()).toHaveValue(''), patiently)
  }

  /** Finds messages of the open channel, without the list's preview. */
  const shown = (text: string) =>
    [...canvasElement.querySelectorAll('[data-testid="message-text-inner-wrapper"]')].filter(
      (element) => element.textContent === text,
    )

  return {
    chat,
    backend,
    canvas,
    press,
    composer,
    write,

    /** Returns the current session id and client. */
    session: () => {
      const state = chat.auth.getState()
      if (!('sessionId' in state)) throw new Error('There is no session.')
      return { sessionId: state.sessionId, client: state.client }
    },

    /** Expects the text once in the open channel. */
    seesOnce: (text: string) => waitFor(() => expect(shown(text)).toHaveLength(1), patiently),

    /** Expects the text once on the backend, from this user. */
    isStoredOnce: (cid: string, text: string, userId: unknown) =>
      waitFor(() => {
        const stored = backend.messages(cid).filter((message) => message.text === text)
        return expect(stored).toEqual([expect.objectContaining({ userId })])
      }, patiently),

    /** Expects only refusals over a token, or over a socket that was lost meanwhile. */
    nothingIsLost: () =>
      waitFor(() => {
        const { refused, acceptedTwice, wrongUserTokens } = backend.counters
        const others = Object.keys(refused).filter((code) => code !== '40' && code !== '46')
        return expect({ others, acceptedTwice, wrongUserTokens }).toEqual({
          others: [],
          acceptedTwice: 0,
          wrongUserTokens: 0,
        })
      }, patiently),
  }
}
