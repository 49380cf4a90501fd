export type { ChatBackendOptions } from './testing/backendOptions.js'
export { createChatBackend } from './testing/createChatBackend.js'
export type { ChatBackend } from './testing/chatBackend.js'
export {
  createManualClock,
  type ManualClock,
  type ManualClockOptions,
} from './testing/controls/createManualClock.js'
export {
  connectorContract,
  type ConnectorContractOptions,
} from './testing/contract/connectorContract.js'
export { chatBackendPlace, type ChatBackendTarget } from './testing/contract/inMemory.js'
export { tapBackend, type BackendRequest, type BackendTap } from './testing/contract/tap.js'
export type { BodySample } from './testing/contract/bodySample.js'
export type { ContractCase } from './testing/contract/contractCase.js'
export type {
  ContractBackend,
  ContractHost,
  ContractPaths,
  ContractPlace,
  ContractTap,
  ProtocolHost,
} from './testing/contract/contractHost.js'
export type { SeenRequest } from './testing/contract/seenRequest.js'
export type { Heard } from './testing/contract/stage.js'
export type { ChannelType } from './testing/chat/channel.js'
export type { BackendChannel } from './testing/chat/channels.js'
export {
  createCounters as createBackendCounters,
  type BackendCounters,
  type Counters,
  type RequestLogEntry,
} from './testing/controls/counters.js'
export type { Faults } from './testing/controls/faults.js'
export type { BackendMessage } from './testing/chat/messages.js'
export type { GuestPermissions } from './testing/chat/permissions.js'
export type {
  AcceptedSocket,
  ConnectionDrop,
  SocketExpiry,
  SocketPeer,
} from './testing/realtime/sockets.js'
export type { BackendClock } from './testing/controls/timers.js'
export type { TokenEndpoint, TokenEndpointFault } from './testing/tokens/tokenEndpoint.js'
export type { BackendTokenOptions } from './testing/tokens/tokens.js'
export type { BackendUser } from './testing/chat/users.js'
