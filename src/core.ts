export { createChatAuth } from './browser/createChatAuth.js'
export { httpConnector } from './connectors/httpConnector.js'
export type { HttpChatClient, HttpConnectorOptions } from './connectors/httpConnector.js'
export type { WebSocketConstructor, WebSocketLike } from './connectors/chatSocket.js'
export type { ChatEvent } from './connectors/frames.js'
export { httpTokenProvider } from './connectors/httpTokenProvider.js'
export type { HttpTokenProviderOptions } from './connectors/httpTokenProvider.js'
export { devToken } from './core/token.js'
export { ChatAuthError, chatAuthErrors, isChatAuthError } from './core/errors.js'
export type { ChatAuthErrorCode } from './core/errors.js'
export type { Environment } from './core/environment.js'
export type { ChatAuthEvent } from './core/events.js'
export type {
  ChatAuth,
  ChatAuthOptions,
  EndedSession,
  EndingSession,
  GuestUpgrade,
  SwitchOptions,
} from './core/options.js'
export type { GuestStorage } from './core/guestStore.js'
export type { RenewalOptions } from './core/renewal.js'
export type { RetryOptions } from './core/retry.js'
export type { ChatAuthState, TokenState } from './core/state.js'
export type {
  ChatIdentity,
  ChatUser,
  ChatUserInput,
  Connector,
  TokenProvider,
  TokenReason,
  TokenRequest,
} from './core/types.js'
