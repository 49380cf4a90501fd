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
  it('replaces a token that is refused with 40, and takes the reason from the backend’s message', () => {
    expect(judge(good(), 40)).toEqual({ action: 'replace', as: 'refused' })
    const message = 'JWTAuth error: token is Expired (exp)'
    expect(judge(good(), 40, { message })).toEqual({ action: 'replace', as: 'expired' })
  })

  it('calls a token expired that looked expired on arrival', () => {
    const token = receive({ iat: 900, exp: 960 })
    expect(judge(token, 40)).toEqual({ action: 'replace', as: 'expired' })
    const justNow = receive({ iat: 900, exp: 1000 })
    expect(judge(justNow, 40)).toEqual({ action: 'replace', as: 'expired' })
  })

  it('gives up on a second token refused at first use, with the error for its fault', () => {
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

  it('fails for a refusal that no other token can mend', () => {
    expect(judge(good(), 43)).toBe('token-signature-invalid')
    expect(judge(good(), 5)).toBe('authentication-failed')
    for (const code of [5, 40] as const) {
      expect(judge({ ...good(), value: '' }, code)).toBe('anonymous-refused')
    }
  })

  it('names a development token on a backend that checks tokens', () => {
    const token = receiveToken(devToken('jane'), 'jane', null, null, at(1000))
    for (const code of [5, 43] as const) expect(judge(token, code)).toBe('dev-token-refused')
  })

  it('waits for a token that is not valid yet, with the error for its fault', () => {
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

  it('rejects the same token that was refused with a final error', () => {
    const held = { ...good(), refusedAs: 'refused' as const }
    const again = codeOf(() => receiveToken(held.value, 'jane', held, null, at(1001)))
    expect(again).toMatchObject({ code: 'token-unchanged', retryable: false })
  })

  it('calls the same token expired if it looked expired on arrival', () => {
    const held = { ...receive({ iat: 900, exp: 960 }), refusedAs: 'expired' as const }
    const again = codeOf(() => receiveToken(held.value, 'jane', held, null, at(1001)))
    expect(again).toMatchObject({ code: 'token-expired' })
  })

  it('calls a token expired that expires at the moment of its arrival', () => {
    const held = { ...receive({ iat: 900, exp: 1000 }), refusedAs: 'expired' as const }
    const again = codeOf(() => receiveToken(held.value, 'jane', held, null, at(1001)))
    expect(again).toMatchObject({ code: 'token-expired' })
  })

  it('expects another token while the unchanged one was never refused', () => {
    const held = receive({ iat: 900, exp: 960 })
    const again = codeOf(() => receiveToken(held.value, 'jane', held, null, at(1001)))
    expect(again).toMatchObject({ code: 'token-unchanged', retryable: true })
  })

  it('never replaces a token by one issued earlier', () => {
    expect(codeOf(() => receive({ iat: 999, exp: 1090 }, 1000, good()))).toMatchObject({
      code: 'token-outdated',
    })
    expect(receive({ iat: 1000, exp: 1090 }, 1000, good()).remainingMs).toBe(90_000)
    expect(receive({ exp: 1090 }, 1000, good()).remainingMs).toBe(90_000)
    expect(receive({ iat: 5 }, 1000, receive({ exp: 1090 })).remainingMs).toBe(Infinity)
  })

  it('recognises by earlier tokens that one is expired, whatever the wall clock says', () => {
    const value = mint({ user_id: 'jane', iat: 1000, exp: 1060 })
    const receiveAt = (monotonicSeconds: number) =>
      codeOf(() => receiveToken(value, 'jane', null, 1_000_000, at(0, monotonicSeconds)))
    expect(receiveAt(60)).toMatchObject({ code: 'token-expired' })
    expect(receiveAt(59.9)).toBe('none')
    const eternal = mint({ user_id: 'jane' })
    expect(receiveToken(eternal, 'jane', null, 1_000_000, at(0, 9e9)).remainingMs).toBe(Infinity)
  })

  it('replaces a refused token of another tab only if that token had been accepted here', () => {
    const lent = { ...good(), origin: 'another-tab' as const, refusedAs: 'refused' as const }
    expect(receive({}, 1000, lent).replacesRefused).toBe(false)
    expect(receive({}, 1000, { ...lent, wasAccepted: true }).replacesRefused).toBe(true)
    const value = mint({ user_id: 'jane', iat: 1000 })
    const refused = { ...good(), refusedAs: 'refused' as const }
    const next = receiveToken(value, 'jane', refused, null, at(1000), 'another-tab')
    expect(next.replacesRefused).toBe(false)
  })

  it('remembers whether a token replaces a refused one', () => {
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
  it('reports a clock by which a fresh token is expired', () => {
    expect(notableSkew(receive({ iat: 1000, exp: 1060 }, 87_400), null)).toBe(86_400_000)
    expect(notableSkew(receive({ iat: 1000, exp: 1060 }, 1060), null)).toBe(60_000)
    expect(notableSkew(receive({ iat: 1000, exp: 1060 }, 1059), null)).toBeNull()
  })

  it('uses what earlier tokens told of the backend’s clock', () => {
    const value = mint({ user_id: 'jane', iat: 1000, exp: 9999 })
    const token = receiveToken(value, 'jane', null, 980_000, at(900, 30))
    expect(notableSkew(token, 980_000)).toBe(-110_000)
  })

  it('reports a clock that is more than a minute behind', () => {
    expect(notableSkew(receive({ iat: 1000, exp: 9999 }, 900), null)).toBe(-100_000)
    expect(notableSkew(receive({ iat: 1000, exp: 9999 }, 940), null)).toBeNull()
    expect(notableSkew(receive({ iat: 1000 }, 900), null)).toBe(-100_000)
  })

  it('reports nothing for a token without iat, or one that never expires', () => {
    expect(notableSkew(receive({ exp: 500 }, 1000), null)).toBeNull()
    expect(notableSkew(receive({ iat: 1000 }, 9e6), null)).toBeNull()
  })
})
