import { expect } from 'vitest'
import { isChatAuthError } from '../../../src/core/errors.js'
import { canary, payloadOf, type World } from '../../support/world.js'
import { holdTimeoutMs, send, tryTo, whoIs, type Model } from './model.js'

export function checkGuarantees(world: World, model: Model): void {
  const state = world.state()
  // 1. No request and no socket carries another's token.
  for (const { token, userId } of [...world.sockets, ...world.requests]) {
    if (token === '') expect(userId).toMatch(/^anonymous-/)
    else expect(payloadOf(token).user_id).toBe(userId)
  }
  // 2. At most one provider call that is still wanted is in flight.
  expect(world.unansweredCalls().length).toBeLessThanOrEqual(1)
  // 3. No request is sent more than twice, accepted more than once, or held beyond its limit.
  const byId = groupById(world.requests)
  for (const sendings of byId.values()) {
    expect(sendings.length).toBeLessThanOrEqual(2)
    expect(sendings.filter(({ outcome }) => outcome === 'taken').length).toBeLessThanOrEqual(1)
  }
  for (const { outcome, sentAtMs } of model.sent) {
    if (outcome !== 'pending') continue
    expect(world.clock.monotonicNow() - sentAtMs).toBeLessThanOrEqual(holdTimeoutMs)
  }
  // The connected identity has one socket, and nobody else has any.
  expect(world.live().length).toBeLessThanOrEqual(1)
  if (['disconnected', 'failed', 'paused'].includes(state.status)) {
    expect(world.live()).toEqual([])
  }
  // The latest intent wins: no other identity is ever shown.
  if (state.status !== 'disconnecting') {
    expect([model.wanted.who, model.wanted.orElse, null]).toContain(whoIs(world))
  }
  if (model.wanted.who === null) expect(world.live()).toEqual([])
  // 4, 9. Every error is typed or the caller's own, and nothing shows a token.
  for (const error of model.errors) {
    expect(isChatAuthError(error) || (error as Error).message === 'aborted').toBe(true)
  }
}

/** Without faults, the identity asked for last connects, and requests are answered. */
export async function checkRecovery(world: World, model: Model): Promise<void> {
  Object.assign(world.controls, {
    provider: 'mint',
    isOnline: true,
    openFault: null,
    refuseAll: null,
  })
  for (const call of world.calls) call.reject(new Error('too late'))
  world.pardon()
  world.setVisible(true)
  await tryTo(({ auth }) => auth.resume())(world, model)
  world.wake()
  await world.clock.advance(120_000)
  if (world.state().status === 'failed') {
    await tryTo(({ auth }) => auth.retry())(world, model)
    await world.settle()
    await tryTo(({ auth }) => auth.resume())(world, model)
    await world.clock.advance(1000)
  }
  expect([model.wanted.who, model.wanted.orElse]).toContain(whoIs(world))
  expect(model.intents.every(({ isSettled }) => isSettled)).toBe(true)
  expect(model.sent.every(({ outcome }) => outcome !== 'pending')).toBe(true)
  if (model.wanted.who === null) return
  expect(world.state()).toMatchObject({ status: 'connected', token: { heldRequests: 0 } })
  await send(world, model)
  await world.clock.advance(1000)
  expect(model.sent.at(-1)?.outcome).toBe('answered')
}

export async function checkDisposal(world: World, model: Model): Promise<void> {
  world.auth.dispose()
  await world.settle()
  expect(world.clock.pendingTimers).toBe(0)
  expect(world.wakers.size).toBe(0)
  expect(world.live()).toEqual([])
  const errors = model.errors.map((error) => [(error as Error).stack, (error as Error).cause])
  expect(JSON.stringify([world.events, errors, world.state()])).not.toContain(canary)
}

function groupById<T extends { id: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(item.id, [...(groups.get(item.id) ?? []), item])
  return groups
}
