// Recipes import the package by its name, which leads to `dist`. The compiler is shown the source, so
// that it needs no build first.
declare module 'react-chat-auth' {
  export const ChatAuthProvider: typeof import('../../../src/index.js').ChatAuthProvider
}
declare module 'react-chat-auth/stream-chat' {
  export const streamChatConnector: typeof import('../../../src/stream-chat.js').streamChatConnector
}
