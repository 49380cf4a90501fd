// Recipes import the package by its name, which leads to `dist`. The compiler is shown the source, so
// that it needs no build first.
declare module 'react-chat-auth' {
  export const createChatAuth: typeof import('../../../src/index.js').createChatAuth
  export const httpConnector: typeof import('../../../src/index.js').httpConnector
  export const httpTokenProvider: typeof import('../../../src/index.js').httpTokenProvider
  export const useChatUser: typeof import('../../../src/index.js').useChatUser
  export const useTokenProvider: typeof import('../../../src/index.js').useTokenProvider
  export type ChatAuth<Client = unknown> = import('../../../src/index.js').ChatAuth<Client>
}
