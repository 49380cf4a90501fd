import { describe, expect, it } from 'vitest'
import { isRefusalCode, refusalOf } from '../../src/core/refusedError.js'
import { RefusedError, type RefusalCode } from '../../src/core/connector.js'
import { held } from '../support/promises.js'
import { createWorld } from '../support/world.js'

/** Error as a second copy of the package throws it, of another class. */
const foreign = (refusal: unknown) =>
  Object.assign(new Error('x'), { name: 'RefusedError', refusal })

describe('isRefusalCode', () => {
  it.each([5, 40, 41, 42, 43])('takes %d for the code of a refused token', (code) => {
    expect(isRefusalCode(code)).toBe(true)
  })

  it.each([4, 16, '40', null, undefined, {}])(
    'does not take %s for the code of a refused token',
    (code) => {
      expect(isRefusalCode(code)).toBe(false)
    },
  )
})

describe('refusalOf', () => {
  it('reads the refusal of an error of this copy and of another', () => {
    const refusal = { code: 40 as RefusalCode, message: 'revoked' }
    expect(refusalOf(new RefusedError(refusal))).toEqual(refusal)
    expect(refusalOf(foreign({ ...refusal, more: 1 }))).toEqual(refusal)
  })

  it.each([
    new Error('x'),
    Object.assign(new Error('x'), { refusal: { code: 40, message: '' } }),
    foreign(undefined),
    foreign(null),
    foreign({ code: 1, message: '' }),
    foreign({ code: 40 }),
    foreign({ code: 40, message: 7 }),
    'RefusedError',
    null,
    undefined,
  ])('finds no refusal in %s', (value) => {
    expect(refusalOf(value)).toBeNull()
  })

  it('finds no refusal in a value that throws when it is inspected', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const get = () => {
      throw new Error('looked at')
    }
    for (const value of [proxy, Object.defineProperty({}, 'name', { get }), foreign(proxy)]) {
      expect(refusalOf(value)).toBeNull()
    }
  })
})

describe('a connector of a second copy of the package', () => {
  it('gets a new token after a refusal that it throws', async () => {
    const world = createWorld()
    const refusal = { code: 40, message: 'revoked' }
    world.controls.openFault = () => {
      world.controls.openFault = null
      return Promise.reject(foreign(refusal))
    }
    void world.auth.connectUser({ id: 'jane' })
    await world.settle()
    expect(world.state().status).toBe('connected')
    expect(world.calls.map(({ reason }) => reason)).toEqual(['connect', 'refused'])
  })

  it('gets its connection reopened with a new token after a refusal that it reports', async () => {
    const world = createWorld()
    let report: (error: never) => void = () => {}
    const createConnection = world.connector.createConnection.bind(world.connector)
    world.connector.createConnection = (context) => {
      report = (error) => context.connectionLost(error)
      return createConnection(context)
    }
    void world.auth.connectUser({ id: 'jane' })
    await world.settle()
    report(foreign({ code: 40, message: 'revoked' }) as never)
    await world.settle()
    expect(world.state().status).toBe('connected')
    expect(world.calls.map(({ reason }) => reason)).toEqual(['connect', 'refused'])
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'connection-lost', code: 'token-refused' }),
    )
  })

  it('is called again after an error that throws when it is inspected', async () => {
    const world = createWorld()
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const gate = held<never>()
    world.controls.openFault = () => {
      world.controls.openFault = null
      return gate.promise
    }
    const connecting = world.auth.connectUser({ id: 'jane' })
    await world.settle()
    gate.reject(proxy)
    await world.settle()
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'connection-attempt-failed', code: 'connection-failed' }),
    )
    await world.clock.advance(1000)
    await connecting
    expect(world.state().status).toBe('connected')
  })
})
