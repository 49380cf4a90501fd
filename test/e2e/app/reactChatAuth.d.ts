// The app imports the package by its name, which resolves to `dist`. The compiler gets the source here, so
// that it needs no build first.
declare module 'react-chat-auth' {
  type Package = typeof import('../../../src/index.js')
  export const ChatAuthGate: Package['ChatAuthGate']
  export const ChatAuthProvider: Package['ChatAuthProvider']
  export const createChatAuth: Package['createChatAuth']
  export const httpConnector: Package['httpConnector']
  export const httpTokenProvider: Package['httpTokenProvider']
  export const useAnonymous: Package['useAnonymous']
  export const useChatAuth: Package['useChatAuth']
  export const useChatClient: Package['useChatClient']
  export const useChatFetch: Package['useChatFetch']
  export const useChatUser: Package['useChatUser']
  export const useGuest: Package['useGuest']
}

declare module 'react-chat-auth/stream-chat' {
  type Package = typeof import('../../../src/stream-chat.js')
  export const streamChatConnector: Package['streamChatConnector']
}
