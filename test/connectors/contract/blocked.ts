import { createTimers } from '../../../src/testing/controls/timers.js'
import type { ContractCase } from '../../../src/testing/contract/contractCase.js'
import { createBackendWebSocket } from '../../../src/testing/realtime/backendWebSocket.js'
import type { Host } from './hosts.js'

/** The host with a firewall before it: each WebSocket ends before the backend hears of it. */
export function withoutSockets(host: Host & { readonly clock: NonNullable<Host['clock']> }): Host {
  const { target, baseUrl: url, clock } = host
  const accept = () => null
  const WebSocket = createBackendWebSocket({ url, timers: createTimers(clock), accept })
  return { ...host, target: { ...target, WebSocket } }
}

/**
 * The welcome of a poll that was given up cannot be answered: nobody knows which line to end. The backend
 * ends it after half a minute, which `longPolling.test.ts` has.
 */
const unlikeSockets = 'a log-out while the socket is being opened leaves no socket behind'

export const ofPolling = (cases: readonly ContractCase[]): readonly ContractCase[] =>
  cases.filter(({ title }) => title !== unlikeSockets)
