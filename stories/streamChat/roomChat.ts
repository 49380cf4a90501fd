// Imported first, because stream-chat captures the page's WebSocket when it loads.
import '../support/interceptPage.js'
import { streamChatConnector } from '../../src/stream-chat.js'
import type { BackendChannel } from '../../src/testing.js'
import { bob, jane, type ChatSetup, type StoryChat } from '../support/storyChat.js'
import { chat } from '../support/withChat.js'

export const team = 'messaging:team'
export const townHall = 'livestream:town-hall'

const channels: readonly BackendChannel[] = [
  {
    type: 'livestream',
    id: 'town-hall',
    name: 'Town hall',
    messages: [
      { userId: 'bob', text: 'Welcome, everyone. Anyone may read this channel.' },
      { userId: 'jane', text: 'Guests may write in it, too.' },
    ],
  },
  {
    type: 'messaging',
    id: 'team',
    name: 'Team',
    members: ['jane', 'bob'],
    messages: [
      { userId: 'bob', text: 'Morning! Is the release still planned for today?' },
      { userId: 'jane', text: 'It is. I am reading the changelog once more.' },
      { userId: 'bob', text: 'Lunch at noon, then?' },
    ],
  },
]

/** Layout and accessibility rules for pages with a real chat. */
export const roomPage = {
  layout: 'fullscreen',
  controls: { disable: true },
  a11y: {
    config: {
      rules: [
        {
          // stream-chat-react names an item of its list in a sentence that says all that is seen in
          // it, in another order; what is seen is not a part of the name, letter by letter.
          id: 'label-content-name-mismatch',
          selector: '*:not(.str-chat__channel-list-item)',
        },
        {
          // It gives the focused item of its listbox a menu button, which no listbox may have in it.
          id: 'aria-required-children',
          selector: '[role]:not(.str-chat__channel-list-inner__main)',
        },
      ],
    },
  },
} as const

/** Setup for a story of a real chat: the real client, a backend with two channels, and Jane. */
export function roomChat(setup: ChatSetup = {}): { chat: ChatSetup } {
  return chat({
    ...(setup.connect ? {} : { user: jane }),
    backend: { users: [jane, bob], channels },
    connector: ({ apiKey, url }) => streamChatConnector({ apiKey, options: { baseURL: url } }),
    ...setup,
  })
}

/** Sends a message as another user, outside the page. */
export async function writeAs(userId: string, cid: string, text: string, { backend }: StoryChat) {
  const query = new URLSearchParams({ user_id: userId, api_key: backend.apiKey })
  await backend.fetch(`/channels/${cid.replace(':', '/')}/message?${query}`, {
    method: 'POST',
    headers: {
      Authorization: await backend.createToken(userId),
      'stream-auth-type': 'jwt',
      'x-client-request-id': crypto.randomUUID(),
    },
    body: JSON.stringify({ message: { text } }),
  })
}
