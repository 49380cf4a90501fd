import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { devToken } from '../../src/core/token.js'
import { withoutTokens } from '../../src/core/withoutTokens.js'
import { canary, createWorld, mint, rejection } from '../support/world.js'

const token = mint({ user_id: 'jane' })
const show = (value: unknown) => inspect(value, { depth: 20, showHidden: true })

describe('withoutTokens', () => {
  it.each([
    new Error('plain'),
    Object.assign(new Error('axios'), { response: { status: 500, config: { headers: { a: 1 } } } }),
    'a string',
    null,
    undefined,
    7,
    { code: 'E_DOWN' },
    new Error('version 1.2.3 of hey.there.you'),
  ])('leaves %s alone', (cause) => {
    expect(withoutTokens(cause)).toBe(cause)
  })

  it('takes the token out of a message and a stack, and keeps the rest of both', () => {
    const cause = new TypeError(`GET /connect?authorization=${token}&x=1 failed, ${token}`)
    const safe = withoutTokens(cause) as Error
    expect(safe.name).toBe('TypeError')
    expect(safe.message).toBe('GET /connect?authorization=<token>&x=1 failed, <token>')
    expect(safe.stack).toContain('<token>')
    expect(safe.stack).toContain('withoutTokens.test')
    expect(show(safe)).not.toContain(canary)
  })

  it('keeps only the words of an error that carries one in what it holds', () => {
    const config = { headers: { Authorization: token } }
    for (const properties of [{ config }, { response: { config } }, { cause: new Error(token) }]) {
      const safe = withoutTokens(Object.assign(new Error('401'), properties))
      expect(safe).toMatchObject({ name: 'Error', message: '401' })
      expect(show(safe)).not.toContain(canary)
    }
  })

  it('redacts thrown strings, and leaves out thrown objects', () => {
    expect(withoutTokens(`bad ${token}`)).toBe('bad <token>')
    expect(withoutTokens({ token })).toEqual(
      new Error('A thrown value that held a token was left out.'),
    )
    expect(withoutTokens(devToken('jane'))).toBe('<token>')
  })

  it('does not trust what throws when looked at, nor what is nested without end', () => {
    const trap = {
      get secret() {
        throw new Error(token)
      },
    }
    const loop: { self?: unknown } = {}
    loop.self = loop
    for (const value of [trap, loop]) {
      expect(withoutTokens(Object.assign(new Error('x'), { value }))).not.toHaveProperty('value')
    }
  })

  it('shows no token wherever in an error it stands', () => {
    fc.assert(
      fc.property(fc.anything({ values: [fc.constant(token), fc.string()] }), (value) => {
        expect(show(withoutTokens(Object.assign(new Error('x'), { value })))).not.toContain(canary)
      }),
    )
  })
})

describe('the cause of a ChatAuthError', () => {
  it('shows no token that the app put into what its provider throws', async () => {
    const world = createWorld({ retry: { maxAttempts: 1 } })
    world.controls.provider = () => Promise.reject(new Error(`could not use ${token}`))
    const failed = rejection(world.auth.connectUser({ id: 'jane' }))
    await world.settle()
    const error = await failed
    expect(error.cause).toMatchObject({ message: 'could not use <token>' })
    expect(show([error, world.state(), world.events])).not.toContain(canary)
    expect(error).toBeInstanceOf(ChatAuthError)
  })
})
