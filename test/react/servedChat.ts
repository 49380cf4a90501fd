import { screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, onTestFinished } from 'vitest'
import { createChatBackend } from '../../src/testing/createChatBackend.js'
import { serveBackend } from '../support/serveBackend.js'

interface LogExtra {
  tags?: string[]
  event?: { type?: string; message?: { text?: string } }
}

/** A real server, the props of both apps for it, and a user who types into the app that is shown. */
export async function serve() {
  const backend = createChatBackend()
  const server = await serveBackend(backend)
  onTestFinished(async () => {
    backend.dispose()
    await server.close()
  })
  let underWay = 0
  /** Events of the client: texts of messages, and the number of recovered connections. */
  const heard = new Set<string>()
  let recoveries = 0

  const props = {
    apiKey: backend.apiKey,
    options: {
      baseURL: server.url,
      logger(_level: string, message: string, { tags, event }: LogExtra = {}) {
        if (tags?.includes('api_request')) underWay++
        if (tags?.includes('api_response')) underWay--
        if (event?.type === 'message.new') heard.add(event.message?.text ?? '')
        if (message.includes('{ connection.recovered }')) recoveries++
      },
    },
    tokenUrl: server.url + backend.tokenEndpoint.path,
  }

  async function send(text: string) {
    await screen.findAllByText('Lunch at noon?')
    await userEvent.type(screen.getByRole('textbox'), `${text}{Enter}`)
    const taken = () => backend.messages('messaging:team').map((message) => message.text)
    await waitFor(() => expect(taken()).toContain(text))
  }

  /** Resolves once the message has come back and the components have sent all their requests. */
  async function sendAndHear(text: string) {
    await send(text)
    await waitFor(() => expect(heard).toContain(text))
    await new Promise((resolve) => setTimeout(resolve))
    await waitFor(() => expect(underWay).toBe(0))
  }

  const recovered = (times: number) => waitFor(() => expect(recoveries).toBe(times))

  return { backend, props, send, sendAndHear, recovered }
}
