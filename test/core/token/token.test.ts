import { base64url } from 'jose'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { isChatAuthError, type ChatAuthError } from '../../../src/core/errors.js'
import {
  devToken,
  readToken,
  remainingLifeMs,
  serverLeadMs,
} from '../../../src/core/token/token.js'
import { canary, mint } from '../../support/world.js'

function errorOf(read: () => unknown): unknown {
  try {
    read()
  } catch (error) {
    return error
  }
  return null
}

function codeOf(read: () => unknown): string {
  const error = errorOf(read)
  if (error === null) return 'none'
  return (error as ChatAuthError).code
}

const asToken = (json: string) => `e30.${base64url.encode(json)}.x`

describe('readToken', () => {
  const good = mint({ user_id: 'jane', iat: 1000, nbf: 1001, exp: 2000 })

  it('reads the instants of a good token as milliseconds', () => {
    expect(readToken(good, 'jane')).toEqual({
      issuedAtMs: 1_000_000,
      notBeforeMs: 1_001_000,
      expiresAtMs: 2_000_000,
    })
  })

  it('takes a token without any instant as one that never expires', () => {
    expect(readToken(mint({ user_id: 'jane' }), 'jane')).toEqual({
      issuedAtMs: null,
      notBeforeMs: null,
      expiresAtMs: null,
    })
  })

  it.each([
    ['token-missing', undefined],
    ['token-missing', null],
    ['token-missing', ''],
    ['token-missing', '  '],
    ['token-missing', 'undefined'],
    ['token-missing', ' null '],
    ['token-not-a-string', { token: good }],
    ['token-not-a-string', 42],
    ['token-quoted', `"${good}"`],
    ['token-quoted', ` '${good}'`],
    ['token-quoted', `\`${good}\``],
    ['token-too-large', good + 'x'.repeat(8192)],
    ['token-malformed', 'hello'],
    ['token-malformed', 'a.b'],
    ['token-malformed', 'a.b.c'],
    ['token-malformed', 'not found: "undefined"'],
    ['token-malformed', '<!doctype html><p>Sign in</p>'],
    ['token-malformed', `Bearer ${good.slice(4)}.x`],
    ['token-malformed', `${good}€`],
    ['token-malformed', `${good}\n`],
    ['token-malformed', asToken('{"user_id":"jane"')],
    ['token-malformed', asToken('["jane"]')],
    ['token-malformed', asToken('null')],
    ['token-malformed', asToken('"jane"')],
    ['token-malformed', 'e30.e30=e30.x'],
    ['token-malformed', 'e30.a.x'],
    ['token-malformed', mint({ user_id: 'jane', exp: 'tomorrow' })],
    ['token-malformed', mint({ user_id: 'jane', iat: null })],
    ['token-wrong-user', mint({ user_id: 'bob' })],
    ['token-wrong-user', mint({ sub: 'jane' })],
    ['token-exp-in-milliseconds', mint({ user_id: 'jane', exp: 1_900_000_000_000 })],
    ['token-exp-in-milliseconds', mint({ user_id: 'jane', exp: 1e11 })],
    ['token-exp-in-milliseconds', mint({ user_id: 'jane', iat: 1_900_000_000_000 })],
    ['token-expired', mint({ user_id: 'jane', iat: 2000, exp: 2000 })],
    ['token-expired', mint({ user_id: 'jane', exp: 0 })],
  ])('throws %s for %j', (code, value) => {
    expect(codeOf(() => readToken(value, 'jane'))).toBe(code)
  })

  it('accepts the longest token that servers let through, and instants up to the year 5138', () => {
    const empty = mint({ user_id: 'jane' }).length
    const long = mint({ user_id: 'jane' }) + 'x'.repeat(8192 - empty)
    expect(codeOf(() => readToken(long, 'jane'))).toBe('none')
    expect(codeOf(() => readToken(mint({ user_id: 'jane', exp: 1e11 - 1 }), 'jane'))).toBe('none')
  })

  it('never shows the token in an error, whatever is wrong with it', () => {
    for (const value of [
      `"${good}"`,
      good.replace('.', ''),
      `${good}.${good}`,
      mint({ user_id: 'bob' }),
    ]) {
      const error = errorOf(() => readToken(value, 'jane')) as ChatAuthError
      expect(error.code).toMatch(/^token-/)
      expect(`${error.stack} ${error.message} ${String(error.cause)}`).not.toContain(canary)
    }
  })

  it('returns claims or throws a ChatAuthError for any input', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.json().map(asToken)), (value) => {
        const error = errorOf(() => {
          const claims = readToken(value, 'jane')
          expect(claims.expiresAtMs ?? 1).toBeGreaterThan(claims.issuedAtMs ?? 0)
        })
        expect(error === null || isChatAuthError(error)).toBe(true)
      }),
    )
  })

  it('needs nothing of the platform but the language, in which it reads names in any script', () => {
    for (const name of ['TextDecoder', 'TextEncoder', 'atob', 'btoa', 'Buffer']) {
      vi.stubGlobal(name, undefined)
    }
    try {
      expect(codeOf(() => readToken(devToken('Ærøskøbing 👩‍🚀'), 'Ærøskøbing 👩‍🚀'))).toBe('none')
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('devToken', () => {
  it('is the protocol header, the user id and a literal signature', () => {
    const [header, payload, signature] = devToken('jané').split('.')
    expect(new TextDecoder().decode(base64url.decode(header ?? ''))).toBe(
      '{"alg":"HS256","typ":"JWT"}',
    )
    expect(new TextDecoder().decode(base64url.decode(payload ?? ''))).toBe('{"user_id":"jané"}')
    expect(signature).toBe('devtoken')
    expect(readToken(devToken('jané'), 'jané').expiresAtMs).toBeNull()
  })
})

describe('remainingLifeMs', () => {
  const claims = (iat: number | null, exp: number | null) => ({
    issuedAtMs: iat === null ? null : iat * 1000,
    notBeforeMs: null,
    expiresAtMs: exp === null ? null : exp * 1000,
  })
  const at = (wallSeconds: number, monotonicSeconds = 0) => ({
    wallMs: wallSeconds * 1000,
    monotonicMs: monotonicSeconds * 1000,
  })

  it('is Infinity without an expiry', () => {
    expect(remainingLifeMs(claims(1000, null), at(0), null)).toBe(Infinity)
  })

  it('uses the wall clock while it is within the life of the first token', () => {
    expect(remainingLifeMs(claims(1000, 1060), at(1000), null)).toBe(60_000)
    expect(remainingLifeMs(claims(1000, 1060), at(1045), null)).toBe(15_000)
  })

  it('uses the lifetime if the wall clock is a day ahead or behind', () => {
    expect(remainingLifeMs(claims(1000, 1060), at(1000 + 86_400), null)).toBe(59_000)
    expect(remainingLifeMs(claims(1000, 1060), at(1000 - 86_400), null)).toBe(59_000)
    expect(remainingLifeMs(claims(1000, 1060), at(999.999), null)).toBe(59_000)
    expect(remainingLifeMs(claims(1000, 1060), at(1060), null)).toBe(59_000)
  })

  it('is at least half the lifetime for a token of one or two seconds', () => {
    expect(remainingLifeMs(claims(1000, 1001), at(5000), null)).toBe(500)
    expect(remainingLifeMs(claims(1000, 1002), at(5000), null)).toBe(1000)
  })

  it('is the shorter of two readings: by the wall clock, and by what tokens told', () => {
    const lead = serverLeadMs(claims(1000, 1060), at(1030, 10), null)
    expect(remainingLifeMs(claims(1050, 1110), at(1080, 60), lead)).toBe(30_000)
    expect(remainingLifeMs(claims(1050, 1110), at(1054.9, 60), lead)).toBe(55_100)
    expect(remainingLifeMs(claims(1050, 1110), at(1040, 60), lead)).toBe(59_000)
  })

  it.each([10, 300, 3600])(
    'is no longer than the %d s of a token whose `iat` is set back',
    (ttl) => {
      for (const setBack of [0, 1, 30, 300]) {
        const first = claims(10_000 - setBack, 10_000 + ttl)
        const lead = serverLeadMs(first, at(10_000), null)
        expect(remainingLifeMs(first, at(10_000), null)).toBe(ttl * 1000)
        const next = claims(10_000 + ttl - setBack, 10_000 + 2 * ttl)
        expect(remainingLifeMs(next, at(10_000 + ttl, ttl), lead)).toBe(ttl * 1000)
      }
    },
  )

  it('ignores a wall clock by which almost nothing is left, because it is ahead', () => {
    expect(remainingLifeMs(claims(1000, 1060), at(1058), null)).toBe(2000)
    expect(remainingLifeMs(claims(1000, 1060), at(1058.1), null)).toBe(59_000)
    expect(remainingLifeMs(claims(1000, 4600), at(4510), null)).toBe(90_000)
    expect(remainingLifeMs(claims(1000, 4600), at(4511), null)).toBe(3_599_000)
    expect(remainingLifeMs(claims(1000, 1002), at(1001.5), null)).toBe(500)
    expect(remainingLifeMs(claims(1000, 1002), at(1001.6), null)).toBe(1000)
  })

  it('finds the age of a cached token by the clock that earlier tokens told', () => {
    const lead = serverLeadMs(claims(1000, 1060), at(0, 0), null)
    expect(remainingLifeMs(claims(1000, 1061), at(0, 50), lead)).toBe(30_500)
    expect(remainingLifeMs(claims(1000, 1100), at(0, 50), lead)).toBe(50_000)
  })

  it('uses the wall clock for a token without iat, unless it says that the token is dead', () => {
    expect(remainingLifeMs(claims(null, 1060), at(1000), null)).toBe(60_000)
    expect(remainingLifeMs(claims(null, 1060), at(1060), null)).toBe(Infinity)
    expect(remainingLifeMs(claims(null, 1060), at(2000), null)).toBe(Infinity)
  })

  it('uses what earlier tokens told for a token without iat', () => {
    expect(remainingLifeMs(claims(null, 1060), at(5000, 10), 1_000_000)).toBe(49_000)
  })

  it('is a time above 0 and at most the lifetime for any first token and any clock', () => {
    const second = fc.integer({ min: 1, max: 4e9 })
    fc.assert(
      fc.property(second, fc.integer({ min: 1, max: 1e9 }), second, (iat, ttl, wall) => {
        const remaining = remainingLifeMs(claims(iat, iat + ttl), at(wall), null)
        expect(remaining).toBeGreaterThan(0)
        expect(remaining).toBeLessThanOrEqual(ttl * 1000)
      }),
    )
  })
})

describe('serverLeadMs', () => {
  it('is the sharpest bound of the tokens so far', () => {
    const claims = (issuedAtMs: number | null) => ({
      issuedAtMs,
      notBeforeMs: null,
      expiresAtMs: null,
    })
    const now = { wallMs: 0, monotonicMs: 100 }
    expect(serverLeadMs(claims(null), now, null)).toBeNull()
    expect(serverLeadMs(claims(null), now, 7)).toBe(7)
    expect(serverLeadMs(claims(1000), now, null)).toBe(900)
    expect(serverLeadMs(claims(1000), now, 899)).toBe(900)
    expect(serverLeadMs(claims(1000), now, 901)).toBe(901)
  })
})
