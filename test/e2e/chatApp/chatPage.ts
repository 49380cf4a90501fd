import type { StreamChat } from 'stream-chat'
import type { ChatPageApi, SentMessage } from './chatPageApi.js'

/** Records events in the page for the test. */
export const chatPage: ChatPageApi = {
  events: [],
  statuses: [],
  mounts: [],
  caught: [],
  clients: [],
  connection: [],
  stumbles: [],
  sent: [],
  send(text, client = chatPage.clients.at(-1)) {
    if (!client) throw new Error('There is no client yet.')
    const message: SentMessage = { text, userId: client.userID ?? '', outcome: null }
    chatPage.sent.push(message)
    void client
      .channel('messaging', 'team')
      .sendMessage({ text })
      .then(
        () => 'sent',
        (error: unknown) => (error as { code?: string }).code ?? String(error),
      )
      .then((outcome) => Object.assign(message, { outcome }))
  },
}

export function noteClient(client: StreamChat): void {
  if (chatPage.clients.includes(client)) return
  chatPage.clients.push(client)
  client.on('connection.changed', ({ online }) => {
    chatPage.connection.push(online ? 'online' : 'offline')
  })
  client.axiosInstance.interceptors.response.use((answer) => {
    if (answer.config.url?.endsWith('/channels')) chatPage.connection.push('queried')
    return answer
  })
}

/** Records a message that is shown twice, or disappears while its list stays. */
export function watchMessageList(): void {
  let list: Element | null = null
  let shown = new Set<string | null>()

  new MutationObserver(() => {
    const now = document.querySelector('.str-chat__ul')
    const messages = [...(now?.querySelectorAll('[data-message-id]') ?? [])]
    const ids = new Set(messages.map((message) => message.getAttribute('data-message-id')))
    if (ids.size < messages.length) chatPage.stumbles.push('a message was shown twice')
    const hasLost = [...shown].some((id) => !ids.has(id))
    if (now === list && hasLost) chatPage.stumbles.push('a message went away')
    list = now
    shown = ids
  }).observe(document, { childList: true, subtree: true })
}
