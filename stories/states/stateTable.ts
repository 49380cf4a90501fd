import type { ChatAuthAction, ChatAuthState } from '../../src/core/state.js'

export type Status = ChatAuthState['status']
export type ActionType = ChatAuthAction['type']

/**
 * The status after an action; `same` where the action changes nothing. In brackets: what the machine
 * would answer to an action that no session takes in this status.
 */
type Cell = Status | 'same' | `(${Status | 'same'})`

/**
 * The whole machine, status × action → status: `test/core/state.table.test.ts` holds it against
 * `transition`, and the diagram of the docs takes its arrows from it.
 */
export const stateTable: Readonly<Record<Status, Readonly<Record<ActionType, Cell>>>> = {
  disconnected: {
    connecting: 'connecting',
    connected: '(connected)',
    paused: '(paused)',
    resumed: '(same)',
    'user-changed': '(same)',
    'connection-down': '(same)',
    'token-changed': '(same)',
    'network-changed': '(same)',
    disconnecting: '(same)',
    disconnected: 'same',
    failed: '(failed)',
  },
  connecting: {
    connecting: 'connecting',
    connected: 'connected',
    paused: 'paused',
    resumed: '(same)',
    'user-changed': 'same',
    'connection-down': 'connecting',
    'token-changed': 'connecting',
    'network-changed': 'connecting',
    disconnecting: 'disconnecting',
    disconnected: 'disconnected',
    failed: 'failed',
  },
  connected: {
    connecting: '(connecting)',
    connected: 'same',
    paused: 'paused',
    resumed: '(same)',
    'user-changed': 'connected',
    'connection-down': 'reconnecting',
    'token-changed': 'connected',
    'network-changed': 'connected',
    disconnecting: 'disconnecting',
    disconnected: '(disconnected)',
    failed: 'failed',
  },
  reconnecting: {
    connecting: '(connecting)',
    connected: 'connected',
    paused: 'paused',
    resumed: '(same)',
    'user-changed': 'reconnecting',
    'connection-down': 'reconnecting',
    'token-changed': 'reconnecting',
    'network-changed': 'reconnecting',
    disconnecting: 'disconnecting',
    disconnected: '(disconnected)',
    failed: 'failed',
  },
  paused: {
    connecting: '(connecting)',
    connected: '(connected)',
    paused: '(same)',
    resumed: 'reconnecting',
    'user-changed': 'paused',
    'connection-down': 'same',
    'token-changed': 'paused',
    'network-changed': 'paused',
    disconnecting: 'disconnecting',
    disconnected: '(disconnected)',
    failed: 'failed',
  },
  disconnecting: {
    connecting: 'connecting',
    connected: '(connected)',
    paused: '(paused)',
    resumed: '(same)',
    'user-changed': '(same)',
    'connection-down': '(same)',
    'token-changed': '(same)',
    'network-changed': '(same)',
    disconnecting: '(same)',
    disconnected: 'disconnected',
    failed: '(failed)',
  },
  failed: {
    connecting: 'connecting',
    connected: '(connected)',
    paused: '(paused)',
    resumed: '(same)',
    'user-changed': '(same)',
    'connection-down': '(same)',
    'token-changed': '(same)',
    'network-changed': '(same)',
    disconnecting: 'same',
    disconnected: 'disconnected',
    failed: '(failed)',
  },
}

export interface Arrow {
  readonly from: Status
  readonly action: ActionType
  readonly to: Status
}

/** The ways from one status to another that a session takes. */
export const arrows: readonly Arrow[] = (Object.keys(stateTable) as Status[]).flatMap((from) =>
  (Object.entries(stateTable[from]) as [ActionType, Cell][]).flatMap(([action, cell]) =>
    cell === from || !isStatus(cell) ? [] : [{ from, action, to: cell }],
  ),
)

function isStatus(cell: Cell): cell is Status {
  return cell in stateTable
}
