import { describe, expect, it } from 'vitest'
import { notableSkew, receiveToken, type HeldToken } from '../../../src/core/token/heldToken.js'
import { judgeRefusal } from '../../../src/core/token/refusal.js'
import { devToken } from '../../../src/core/token/token.js'
import type { RefusalCode } from '../../../src/core/connector.js'
import { mint } from '../../support/world.js'

const at = (wallSeconds: number, monotonicSeconds = 0) => ({
  wallMs: wallSeconds * 1000,
  monotonicMs: monotonicSeconds * 1000,
})
const receive = (payload: object, wallSeconds = 1000, held: HeldToken | null = null) =>
  receiveToken(mint({ user_id: 'jane', ...payload }), 'jane', held, null, at(wallSeconds))

const good = () => receive({ iat: 1000, exp: 1060 })
const judge = (
  token: HeldToken,
  code: RefusalCode,
  { message = 'revoked', isRenewable = true } = {},
) => {
  const verdict = judgeRefusal(token, { code, message }, isRenewable)
  return verdict.action === 'fail' ? verdict.error.code : verdict
}

describe('judgeRefusal', () => {
  it('replaces a token that is refused with 40, and says why by the words of the backend', () => {
    expect(judge(good(), 40)).toEqual({ action: 'replace', as: 'refused' })
    const message = 'JWTAuth error: token is Expired (exp)'
    expect(judge(good(), 40, { message })).toEqual({ action: 'replace', as: 'expired' })
  })

  it('calls a token expired that already looked it when it arrived', () => {
    const token = receive({ iat: 900, exp: 960 })
    expect(judge(token, 40)).toEqual({ action: 'replace', as: 'expired' })
    const justNow = receive({ iat: 900, exp: 1000 })
    expect(judge(justNow, 40)).toEqual({ action: 'replace', as: 'expired' })
  })

  it('gives up on a second token refused at first sight, by what is wrong with it', () => {
    const first = good()
    first.refusedAs = 'refused'
    const second = receive({ iat: 1001, exp: 1061 }, 1001, first)
    expect(judge(second, 40)).toBe('token-refused')
    expect(judge(second, 40, { message: 'expired' })).toBe('token-refused')
    const expired = receive({ iat: 1001, exp: 1002 }, 1100, first)
    expect(judge(expired, 40)).toBe('token-expired')
    second.wasAccepted = true
    expect(judge(second, 40)).toEqual({ action: 'replace', as: 'refused' })
  })

  it('keeps what the backend said as the cause', () => {
    const causeOf = (message: string) => {
      const verdict = judgeRefusal(good(), { code: 43, message }, true)
      return verdict.action === 'fail' && verdict.error.cause
    }
    expect(causeOf('signature is invalid')).toEqual(new Error('signature is invalid (code 43)'))
    expect(causeOf('')).toBeUndefined()
  })

  it('fails a static token as expired or refused', () => {
    expect(judge(good(), 40, { isRenewable: false })).toBe('token-refused')
    expect(judge(good(), 40, { isRenewable: false, message: 'expired' })).toBe('token-expired')
    expect(judge(receive({ exp: 990 }), 40, { isRenewable: false })).toBe('token-expired')
  })

  it('fails what no token can cure', () => {
    expect(judge(good(), 43)).toBe('token-signature-invalid')
    expect(judge(good(), 5)).toBe('authentication-failed')
    for (const code of [5, 40] as const) {
      expect(judge({ ...good(), value: '' }, code)).toBe('anonymous-refused')
    }
  })

  it('names a development token where checks are on', () => {
    const token = receiveToken(devToken('jane'), 'jane', null, null, at(1000))
    for (const code of [5, 43] as const) expect(judge(token, code)).toBe('dev-token-refused')
  })

  it('waits for a token that is not valid yet, and says what is wrong', () => {
    for (const [refused, code] of [
      [41, 'token-not-yet-valid'],
      [42, 'token-issued-in-future'],
    ] as const) {
      expect(judge(good(), refused)).toMatchObject({ action: 'wait', error: { code } })
    }
  })
})

describe('receiveToken', () => {
  const codeOf = (receiving: () => unknown) => {
    try {
      receiving()
      return 'none'
    } catch (error) {
      return error as { code: string; retryable: boolean }
    }
  }

  it('names the very token that was refused, finally', () => {
    const held = { ...good(), refusedAs: 'refused' as const }
    const again = codeOf(() => receiveToken(held.value, 'jane', held, null, at(1001)))
    expect(again).toMatchObject({ code: 'token-unchanged', retryable: false })
  })

  it('calls it expired if it looked that when it first came', () => {
    const held = { ...receive({ iat: 900, exp: 960 }), refusedAs: 'expired' as const }
    const again = codeOf(() => receiveToken(held.value, 'jane', held, null, at(1001)))
    expect(again).toMatchObject({ code: 'token-expired' })
  })

  it('calls one expired that died in the moment that it came', () => {
    const held = { ...receive({ iat: 900, exp: 1000 }), refusedAs: 'expired' as const }
    const again = codeOf(() => receiveToken(held.value, 'jane', held, null, at(1001)))
    expect(again).toMatchObject({ code: 'token-expired' })
  })

  it('hopes for another one while the unchanged token was never refused', () => {
    const held = receive({ iat: 900, exp: 960 })
    const again = codeOf(() => receiveToken(held.value, 'jane', held, null, at(1001)))
    expect(again).toMatchObject({ code: 'token-unchanged', retryable: true })
  })

  it('never replaces a token by one that was issued before it', () => {
    expect(codeOf(() => receive({ iat: 999, exp: 1090 }, 1000, good()))).toMatchObject({
      code: 'token-outdated',
    })
    expect(receive({ iat: 1000, exp: 1090 }, 1000, good()).remainingMs).toBe(90_000)
    expect(receive({ exp: 1090 }, 1000, good()).remainingMs).toBe(90_000)
    expect(receive({ iat: 5 }, 1000, receive({ exp: 1090 })).remainingMs).toBe(Infinity)
  })

  it('knows by earlier tokens that one is already expired, whatever the wall clock says', () => {
    const value = mint({ user_id: 'jane', iat: 1000, exp: 1060 })
    const receiveAt = (monotonicSeconds: number) =>
      codeOf(() => receiveToken(value, 'jane', null, 1_000_000, at(0, monotonicSeconds)))
    expect(receiveAt(60)).toMatchObject({ code: 'token-expired' })
    expect(receiveAt(59.9)).toBe('none')
    const eternal = mint({ user_id: 'jane' })
    expect(receiveToken(eternal, 'jane', null, 1_000_000, at(0, 9e9)).remainingMs).toBe(Infinity)
  })

  it('stands in for a refused one of another tab only where that had been accepted here', () => {
    const lent = { ...good(), origin: 'another-tab' as const, refusedAs: 'refused' as const }
    expect(receive({}, 1000, lent).replacesRefused).toBe(false)
    expect(receive({}, 1000, { ...lent, wasAccepted: true }).replacesRefused).toBe(true)
    const value = mint({ user_id: 'jane', iat: 1000 })
    const refused = { ...good(), refusedAs: 'refused' as const }
    const next = receiveToken(value, 'jane', refused, null, at(1000), 'another-tab')
    expect(next.replacesRefused).toBe(false)
  })

  it('remembers whether it stands in for a refused one', () => {
    expect(good().replacesRefused).toBe(false)
    expect(receive({}, 1000, good()).replacesRefused).toBe(false)
    const refused = { ...good(), refusedAs: 'refused' as const }
    expect(receive({}, 1000, refused).replacesRefused).toBe(true)
    expect(receive({}, 1000, refused)).toMatchObject({
      wasAccepted: false,
      refusedAs: null,
      isEarly: false,
    })
  })
})

describe('notableSkew', () => {
  it('tells of a clock by which a fresh token is expired', () => {
    expect(notableSkew(receive({ iat: 1000, exp: 1060 }, 87_400), null)).toBe(86_400_000)
    expect(notableSkew(receive({ iat: 1000, exp: 1060 }, 1060), null)).toBe(60_000)
    expect(notableSkew(receive({ iat: 1000, exp: 1060 }, 1059), null)).toBeNull()
  })

  it('goes by what earlier tokens told of the backend’s clock', () => {
    const value = mint({ user_id: 'jane', iat: 1000, exp: 9999 })
    const token = receiveToken(value, 'jane', null, 980_000, at(900, 30))
    expect(notableSkew(token, 980_000)).toBe(-110_000)
  })

  it('tells of a clock that is more than a minute behind', () => {
    expect(notableSkew(receive({ iat: 1000, exp: 9999 }, 900), null)).toBe(-100_000)
    expect(notableSkew(receive({ iat: 1000, exp: 9999 }, 940), null)).toBeNull()
    expect(notableSkew(receive({ iat: 1000 }, 900), null)).toBe(-100_000)
  })

  it('says nothing of a token without iat, or of one that never expires', () => {
    expect(notableSkew(receive({ exp: 500 }, 1000), null)).toBeNull()
    expect(notableSkew(receive({ iat: 1000 }, 9e6), null)).toBeNull()
  })
})
