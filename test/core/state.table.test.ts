import { describe, expect, it, vi } from 'vitest'
import {
  arrows,
  stateTable,
  type ActionType,
  type Status,
} from '../../stories/states/stateTable.js'
import { ChatAuthError } from '../../src/core/errors.js'
import {
  disconnected,
  transition,
  validToken,
  type ChatAuthAction,
  type ChatAuthState,
} from '../../src/core/state.js'
import { lives, anything } from './interleavings/schedules.js'
import { replay } from './interleavings/play.js'
import { parse } from './interleavings/schedule.js'

/** Pairs of status and action that occurred in sessions. */
const asked = vi.hoisted(() => new Set<string>())
vi.mock(import('../../src/core/state.js'), async (importOriginal) => {
  const state = await importOriginal()
  const spy: typeof state.transition = (before, action) => {
    asked.add(`${before.status} × ${action.type}`)
    return state.transition(before, action)
  }
  return { ...state, transition: spy }
})

const identity = { type: 'user', user: { id: 'jane' } } as const
const error = new ChatAuthError('connection-failed')
const session = {
  identity,
  user: { id: 'jane' },
  client: 'client',
  sessionId: 's1',
  connectedAt: new Date(3),
}
const isOnline = true
const failures = { attempt: 2, nextAttemptAt: new Date(5), error }

const states: { [S in Status]: Extract<ChatAuthState<string>, { status: S }> } = {
  disconnected: disconnected as { status: 'disconnected' },
  connecting: { status: 'connecting', identity, isOnline, token: validToken, ...failures },
  connected: { status: 'connected', ...session, isOnline, token: validToken },
  reconnecting: { status: 'reconnecting', ...session, isOnline, token: validToken, ...failures },
  paused: { status: 'paused', ...session, isOnline, token: validToken },
  disconnecting: { status: 'disconnecting', identity },
  failed: { status: 'failed', identity, error },
}

const actions: { [A in ActionType]: Extract<ChatAuthAction<string>, { type: A }> } = {
  connecting: { type: 'connecting', identity, isOnline },
  connected: { type: 'connected', ...session },
  paused: { type: 'paused', ...session },
  resumed: { type: 'resumed' },
  'user-changed': { type: 'user-changed', user: { id: 'jane', name: 'Jane' } },
  'connection-down': { type: 'connection-down', ...failures, attempt: 3 },
  'token-changed': { type: 'token-changed', token: { attempt: 1 } },
  'network-changed': { type: 'network-changed', isOnline: false },
  disconnecting: { type: 'disconnecting' },
  disconnected: { type: 'disconnected' },
  failed: { type: 'failed', identity, error: new ChatAuthError('disposed') },
}

const cells = Object.entries(stateTable).flatMap(([status, row]) =>
  Object.entries(row).map(([action, cell]) => ({
    status: status as Status,
    action: action as ActionType,
    cell,
  })),
)

describe('the table of the state machine', () => {
  it.each(cells)('$status, after the action $action, is $cell', ({ status, action, cell }) => {
    const next = transition(states[status] as ChatAuthState<string>, actions[action])
    const result = next === states[status] ? 'same' : next.status
    expect(result).toBe(cell.replace(/[()]/g, ''))
  })

  it('brackets exactly the cells that no session reaches', async () => {
    asked.clear()
    for (const life of lives) await replay(parse(life))
    let played = 0
    for await (const _ of anything(1)) if (++played === 1500) break
    const inUse = cells.filter(({ cell }) => !cell.startsWith('('))
    expect([...asked].toSorted()).toEqual(
      inUse.map(({ status, action }) => `${status} × ${action}`).toSorted(),
    )
  })

  it('has one arrow at most from one status to another, so that the diagram can name it', () => {
    const ways = arrows.map(({ from, to }) => `${from} → ${to}`)
    expect(ways).toEqual([...new Set(ways)])
  })
})
