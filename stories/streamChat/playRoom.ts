import { expect, userEvent, waitFor, within } from 'storybook/test'
import { chatIn } from '../support/withChat.js'

/** A limit for what hangs: a chat on a slow machine is merely slow. */
const patiently = { timeout: 10_000 }

/** What a play function does in the room, and what it believes: the backend. */
export function playRoom(canvasElement: HTMLElement) {
  const chat = chatIn(canvasElement)
  const { backend } = chat
  const canvas = within(canvasElement)

  const press = async (name: string) => userEvent.click(await canvas.findByRole('button', { name }))

  /** The composer, once the channel is there. */
  const composer = () => canvas.findByPlaceholderText('Send a message', {}, patiently)

  const write = async (text: string) => {
    await userEvent.type(await composer(), `${text}{Enter}`)
    // It lets go of the text when the message is on its way.
    await waitFor(async () => expect(await composer()).toHaveValue(''), patiently)
  }

  /** Of the open channel, apart from the list's preview of it. */
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

    /** Which session it is, and on which client. */
    session: () => {
      const state = chat.auth.getState()
      if (!('sessionId' in state)) throw new Error('There is no session.')
      return { sessionId: state.sessionId, client: state.client }
    },

    /** The text is in the open channel once. */
    seesOnce: (text: string) => waitFor(() => expect(shown(text)).toHaveLength(1), patiently),

    /** The backend has the text once, from this user. */
    isStoredOnce: (cid: string, text: string, userId: unknown) =>
      waitFor(() => {
        const stored = backend.messages(cid).filter((message) => message.text === text)
        return expect(stored).toEqual([expect.objectContaining({ userId })])
      }, patiently),

    /** Whatever was refused was refused for its token, or for a socket that was gone meanwhile. */
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
