import type { Channel, StreamChat } from 'stream-chat'
import type { ChatPageApi, SentMessage } from './chatPageApi.js'

/** The team of each client and whose it was: a client that is left has no user to make a channel for. */
const teams = new WeakMap<StreamChat, { channel: Channel; userId: string }>()

function teamOf(client: StreamChat) {
  const known = teams.get(client)
  if (known) return known
  const team = { channel: client.channel('messaging', 'team'), userId: client.userID ?? '' }
  teams.set(client, team)
  return team
}

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
    const { channel, userId } = teamOf(client)
    const message: SentMessage = { text, userId, outcome: null }
    chatPage.sent.push(message)
    void channel
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
