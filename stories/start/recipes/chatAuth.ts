import { createChatAuth, httpTokenProvider } from 'react-chat-auth'
import { streamChatConnector } from 'react-chat-auth/stream-chat'

/** The app's one handle. Nothing is opened or sent until somebody connects. */
export const auth = createChatAuth({
  connector: streamChatConnector({ apiKey: 'your-api-key' }),
  tokenProvider: httpTokenProvider({ url: '/chat/token' }),
})
