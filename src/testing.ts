export {
  createChatBackend,
  type ChatBackend,
  type ChatBackendOptions,
} from './testing/createChatBackend.js'
export {
  createManualClock,
  type ManualClock,
  type ManualClockOptions,
} from './testing/createManualClock.js'
export type { BackendChannel, ChannelType } from './testing/channels.js'
export type { BackendCounters, RequestLogEntry } from './testing/counters.js'
export type { Faults } from './testing/faults.js'
export type { BackendMessage } from './testing/messages.js'
export type { GuestPermissions } from './testing/permissions.js'
export type { AcceptedSocket, ConnectionDrop, SocketExpiry, SocketPeer } from './testing/sockets.js'
export type { BackendClock } from './testing/timers.js'
export type { TokenEndpoint, TokenEndpointFault } from './testing/tokenEndpoint.js'
export type { BackendTokenOptions } from './testing/tokens.js'
export type { BackendUser } from './testing/users.js'
