'use client'
// By name and not `export *`, which frameworks refuse at a client boundary.
export { ChatAuthProvider } from './react/ChatAuthProvider.js'
export type { ChatAuthProviderProps } from './react/SessionProvider.js'
export { useAnonymous, type UseAnonymousResult } from './react/useAnonymous.js'
export { useChatAuth } from './react/useChatAuth.js'
export { useChatAuthState } from './react/useChatAuthState.js'
export {
  useChatMutation,
  type ChatMutationContext,
  type UseChatMutationOptions,
} from './react/useChatMutation.js'
export {
  useChatQuery,
  type ChatQueryContext,
  type UseChatQueryOptions,
} from './react/useChatQuery.js'
export { useChatQueryClient, type UseChatQueryClientResult } from './react/useChatQueryClient.js'
export type { ChatRequestContext } from './react/chatSession.js'
export type { SessionKey } from './react/sessionData.js'
export { useChatClient } from './react/useChatClient.js'
export { useChatFetch } from './react/useChatFetch.js'
export { useChatUser, type UseChatUserResult } from './react/useChatUser.js'
export { useChatUserMenu } from './react/useChatUserMenu.js'
export type {
  AccountSwitch,
  ChatUserMenu,
  ChatUserMenuOptions,
  ChatUserProblem,
  SwitchableUser,
} from './react/useChatUserMenu.js'
export type { LeaveQuestion } from './react/useEndQuestion.js'
export type { ChatPresence } from './react/presence.js'
export type { ProblemKind } from './react/problemKind.js'
export { useSuspenseChatUser, type SuspenseChatUser } from './react/useSuspenseChatUser.js'
export { useTokenProvider } from './react/useTokenProvider.js'
export { useGuest, type UseGuestResult } from './react/useGuest.js'
export type {
  SessionAction,
  SessionActionCallbacks,
  SessionActionState,
} from './react/sessionAction.js'
export type { Retrying, SessionSlice } from './react/selectSession.js'

export {
  ChatAuthGate,
  type ChatAuthGateProps,
  type ClosedChatAuthState,
} from './components/ChatAuthGate.js'
export { ConnectionStatus, type ConnectionStatusProps } from './components/ConnectionStatus.js'
export { LogoutSwitchUser, type LogoutSwitchUserProps } from './components/LogoutSwitchUser.js'
export {
  LogoutSwitchUserAnonymous,
  LogoutSwitchUserGuest,
  LogoutSwitchUserLogout,
  LogoutSwitchUserRefresh,
} from './components/menu/actions.js'
export {
  LogoutSwitchUserAccounts,
  type LogoutSwitchUserAccountsProps,
} from './components/menu/Accounts.js'
export { LogoutSwitchUserConfirm } from './components/menu/Confirm.js'
export { LogoutSwitchUserAvatar, LogoutSwitchUserIdentity } from './components/menu/Identity.js'
export { LogoutSwitchUserProblem } from './components/menu/Problem.js'
export { LogoutSwitchUserRoot, type LogoutSwitchUserRootProps } from './components/menu/Root.js'
export { LogoutSwitchUserStatus } from './components/menu/Status.js'
export type { PartProps, PartRender } from './components/menu/Part.js'
export { defaultLabels, type ChatAuthLabels, type IdentityKind } from './components/labels.js'

// All of /core, which test/package/exports.test.ts holds against the list of /core.
export { createChatAuth } from './browser/createChatAuth.js'
export { httpConnector } from './connectors/http/httpConnector.js'
export type { HttpChatClient, HttpConnectorOptions } from './connectors/http/httpConnector.js'
export type { PushDevice } from './connectors/http/pushDevice.js'
export type { WebSocketConstructor, WebSocketLike } from './connectors/protocol/chatSocket.js'
export type { ChatEvent } from './connectors/protocol/frames.js'
export { createConnectorHttp } from './connectors/protocol/connectorHttp.js'
export type {
  ConnectorHttp,
  ConnectorHttpOptions,
  ErrorAnswer,
  RequestOwner,
  UnsentRequest,
} from './connectors/protocol/connectorHttp.js'
export type { RequestQuery, RequestUrl } from './connectors/protocol/requestUrl.js'
export { createConnectorLine } from './connectors/protocol/connectorLine.js'
export type { ConnectorLine, ConnectorLineOptions } from './connectors/protocol/connectorLine.js'
export { httpTokenProvider } from './connectors/http/httpTokenProvider.js'
export type { HttpTokenProviderOptions } from './connectors/http/httpTokenProvider.js'
export { devToken } from './core/token/token.js'
export { ChatAuthError, chatAuthErrors, isChatAuthError } from './core/errors.js'
export type { ChatAuthErrorCode } from './core/errors.js'
export { RefusedError } from './core/connector.js'
export type {
  Connection,
  ConnectionContext,
  Connector,
  Credential,
  IgnoredFrame,
  Refusal,
  RefusalCode,
  SendResult,
  UserDetails,
} from './core/connector.js'
export type { Environment, GuestStorage, TabChannel, TabEnvironment } from './core/environment.js'
export type { ChatAuthEvent } from './core/events.js'
export type { ChatSession } from './core/chatSession.js'
export type { ChatAuthOptions, EndedSession, EndingSession, EndQuestion } from './core/options.js'
export type {
  ChatAuth,
  ConnectOptions,
  DisconnectOptions,
  DisconnectUser,
  GetTokenOptions,
  GuestUpgrade,
  ReadyOptions,
  SwitchOptions,
} from './core/chatAuth.js'
export type { RenewalOptions } from './core/token/renewal.js'
export type { RetryOptions } from './core/retry.js'
export type { Attempts, ChatAuthState, TokenState } from './core/state.js'
export type {
  ChatIdentity,
  ChatUser,
  ChatUserInput,
  TokenProvider,
  PauseReason,
  TokenReason,
  TokenRequest,
  UserChanges,
} from './core/types.js'
