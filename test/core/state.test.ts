import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import {
  disconnected,
  transition,
  validToken,
  type ChatAuthAction,
  type ChatAuthState,
} from '../../src/core/state.js'

const jane = { type: 'user', user: { id: 'jane' } } as const
const error = new ChatAuthError('connection-failed')
const session = {
  identity: jane,
  user: { id: 'jane' },
  client: 'client',
  sessionId: 's1',
  connectedAt: new Date(3),
}
const isOnline = true
const idle = { attempt: 0, nextAttemptAt: null, error: null }
const failures = { attempt: 2, nextAttemptAt: new Date(5), error }

const states = {
  disconnected,
  connecting: { status: 'connecting', identity: jane, isOnline, token: validToken, ...idle },
  connected: { status: 'connected', ...session, isOnline, token: validToken },
  reconnecting: { status: 'reconnecting', ...session, isOnline, token: validToken, ...failures },
  disconnecting: { status: 'disconnecting', identity: jane },
  failed: { status: 'failed', identity: jane, error },
} as const satisfies Record<string, ChatAuthState<string>>

const all = Object.values(states) as ChatAuthState<string>[]
const live = [states.connected, states.reconnecting] as ChatAuthState<string>[]

describe('transition', () => {
  it('begins a session from any status without old fields', () => {
    for (const state of all) {
      expect(transition(state, { type: 'connecting', identity: jane, isOnline })).toEqual(
        states.connecting,
      )
    }
  })

  it('connects with the session, and keeps the token’s state', () => {
    const token = { ...validToken, expiresAt: new Date(7), heldRequests: 2 }
    const action = { type: 'connected', ...session } as const
    expect(transition({ ...states.connecting, token }, action)).toEqual({
      ...states.connected,
      token,
    })
    expect(transition({ ...states.reconnecting, token }, action)).toEqual({
      ...states.connected,
      token,
    })
    expect(transition(disconnected as ChatAuthState<string>, action)).toEqual(states.connected)
  })

  it('returns the same object if the connected session connects again, but not for another session', () => {
    const state: ChatAuthState<string> = states.connected
    expect(transition(state, { type: 'connected', ...session })).toBe(state)
    const other = transition(state, { type: 'connected', ...session, sessionId: 's2' })
    expect(other).toEqual({ ...states.connected, sessionId: 's2' })
  })

  it('goes from connected to reconnecting when the connection is down, with nothing lost', () => {
    for (const state of live) {
      const next = transition(state, { type: 'connection-down', ...failures })
      expect(next).toEqual(states.reconnecting)
    }
  })

  it('stays connecting while first attempts fail, and shows the last failure', () => {
    expect(transition(states.connecting, { type: 'connection-down', ...failures })).toEqual({
      ...states.connecting,
      ...failures,
    })
  })

  it('ignores a lost connection without a session', () => {
    for (const state of [states.disconnected, states.disconnecting, states.failed]) {
      expect(transition(state, { type: 'connection-down', ...failures })).toBe(state)
    }
  })

  it('changes the token of a session without touching the rest', () => {
    const action = { type: 'token-changed', token: { heldRequests: 3 } } as const
    for (const state of [states.connecting, ...live]) {
      expect(transition(state as ChatAuthState<string>, action)).toEqual({
        ...state,
        token: { ...validToken, heldRequests: 3 },
      })
    }
  })

  it('returns the same object if the token is unchanged or there is none', () => {
    for (const state of all) {
      expect(transition(state, { type: 'token-changed', token: { status: 'valid' } })).toBe(state)
    }
    for (const state of [states.disconnected, states.disconnecting, states.failed]) {
      expect(transition(state, { type: 'token-changed', token: { attempt: 9 } })).toBe(state)
    }
  })

  it('shows `disconnecting` only for a session in progress', () => {
    for (const state of [states.connecting, ...live]) {
      expect(transition(state as ChatAuthState<string>, { type: 'disconnecting' })).toEqual(
        states.disconnecting,
      )
    }
    for (const state of [states.disconnected, states.disconnecting, states.failed]) {
      expect(transition(state, { type: 'disconnecting' })).toBe(state)
    }
  })

  it('ends in the one disconnected snapshot from any status', () => {
    for (const state of all) expect(transition(state, { type: 'disconnected' })).toBe(disconnected)
  })

  it('fails from any status, with the identity and the error', () => {
    for (const state of all) {
      expect(transition(state, { type: 'failed', identity: jane, error })).toEqual(states.failed)
    }
  })

  it('throws at an unknown action', () => {
    const unknown = { type: 'sing' } as unknown as ChatAuthAction
    expect(() => transition(disconnected, unknown)).toThrow(/Unknown action.*sing/)
  })

  it('never changes the state that it is given, and always says who is in a session', () => {
    const action = fc.constantFrom<ChatAuthAction<string>>(
      { type: 'connecting', identity: jane, isOnline },
      { type: 'connected', ...session },
      { type: 'connection-down', ...failures },
      { type: 'token-changed', token: { status: 'refreshing', attempt: 1 } },
      { type: 'disconnecting' },
      { type: 'disconnected' },
      { type: 'failed', identity: jane, error },
    )
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        let state: ChatAuthState<string> = disconnected
        for (const each of actions) {
          state = Object.freeze(transition(state, each))
          expect('identity' in state).toBe(state.status !== 'disconnected')
          expect('client' in state).toBe(['connected', 'reconnecting'].includes(state.status))
          expect('error' in state && state.status === 'failed').toBe(state.status === 'failed')
        }
      }),
    )
  })
})
