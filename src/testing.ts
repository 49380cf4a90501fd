export type { ChatBackendOptions } from './testing/backendOptions.js'
export { createChatBackend, type ChatBackend } from './testing/createChatBackend.js'
export {
  createManualClock,
  type ManualClock,
  type ManualClockOptions,
} from './testing/controls/createManualClock.js'
export type { ChannelType } from './testing/chat/channel.js'
export type { BackendChannel } from './testing/chat/channels.js'
export type { BackendCounters, RequestLogEntry } from './testing/controls/counters.js'
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
