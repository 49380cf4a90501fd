// Recipes import the package by its name, which leads to `dist`. The compiler is shown the source, so
// that it needs no build first.
declare module 'react-chat-auth' {
  export const isChatAuthError: typeof import('../../../src/index.js').isChatAuthError
  export const useChatAuth: typeof import('../../../src/index.js').useChatAuth
  export const useChatAuthState: typeof import('../../../src/index.js').useChatAuthState
  export const useChatUser: typeof import('../../../src/index.js').useChatUser
  export type ChatAuth<Client = unknown> = import('../../../src/index.js').ChatAuth<Client>
  export type ChatAuthState<Client = unknown> =
    import('../../../src/index.js').ChatAuthState<Client>
}
