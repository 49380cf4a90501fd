import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactTokens } from '../../../src/core/tools/redactTokens.js'
import { devToken } from '../../../src/core/token/token.js'
import { canary, mint } from '../../support/world.js'

type Alphabet = 'base64url' | 'base64'

const encode = (text: string, alphabet: Alphabet) => Buffer.from(text).toString(alphabet)
const percent = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '%$&')

/** Ways to write a token's JSON: as libraries do, and with blanks where JSON allows them. */
const headers = [
  '{"alg":"HS256","typ":"JWT"}',
  '{"alg":"HS256"}',
  '{"typ":"JWT","alg":"HS256"}',
  '{ "alg":"HS256"}',
  '{\n  "alg": "HS256"}',
  '{\r\n"alg":"HS256"}',
  '{\t"alg":"HS256"}',
  ' {"alg":"HS256"}',
  '\t{"alg":"HS256"}',
  '\n{"alg":"HS256"}',
  '\r\n{"alg":"HS256"}',
  '   \n {"alg":"HS256"}',
]
const payloads = ['{"user_id":"jane"}', ' { "user_id":"jané" }', '\n{\n"user_id":"j?>~~ÿ"}']

const written = fc
  .record({
    header: fc.constantFrom(...headers),
    payload: fc.constantFrom(...payloads),
    alphabet: fc.constantFrom<Alphabet[]>('base64url', 'base64'),
    signature: fc.constantFrom(`${canary}-9`, `${canary}+/=`),
  })
  .map(
    ({ header, payload, alphabet, signature }) =>
      `${encode(header, alphabet)}.${encode(payload, alphabet)}.${signature}`,
  )

/** Encodings and cuts of a token on its way into a text. */
const passages: Record<string, (token: string) => string> = {
  'as it is': (token) => token,
  'encoded for a URL': encodeURIComponent,
  'with its dots encoded': (token) => encodeURIComponent(token).replaceAll('.', '%2E'),
  'encoded twice': (token) => encodeURIComponent(encodeURIComponent(token).replaceAll('.', '%2e')),
  'with every character encoded': percent,
  'with its first character encoded': (token) => percent(token.slice(0, 1)) + token.slice(1),
  'with every character encoded twice': (token) => encodeURIComponent(percent(token)),
  'in JSON that escapes slashes': (token) => token.replaceAll('/', '\\/'),
  'without its end': (token) => token.slice(0, -2),
  'without its beginning': (token) => token.slice(9),
  'without its header': (token) => token.slice(token.indexOf('.')),
}

function decoded(text: string): string {
  const next = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  return next === text ? text : decoded(next)
}

describe('redactTokens', () => {
  it.each(Object.entries(passages))('finds a token %s', (_, pass) => {
    fc.assert(
      fc.property(written, (token) => {
        const redacted = redactTokens(`GET wss://chat/connect?a=${pass(token)}&b=c failed (401)`)
        expect(decoded(redacted)).not.toContain('CANARY')
        expect(redacted).toContain('<token>')
        expect(redacted).toMatch(/^GET wss:\/\/chat\/connect.*&b=c failed \(401\)$/)
      }),
    )
  })

  it('finds several tokens, and development tokens with and without padding', () => {
    const token = mint({ user_id: 'jane' })
    const dev = devToken('jane')
    const padded = dev.replace(/\.devtoken$/, '==.devtoken')
    expect(redactTokens(`${token}, ${dev};${padded}|`)).toBe('<token>, <token>;<token>|')
  })

  it.each(['', 'j:', 'ja:', 'jan:'])('finds a token in basic authentication after "%s"', (user) => {
    const token = mint({ user_id: 'jane' })
    const basic = Buffer.from(user + token).toString('base64')
    expect(redactTokens(`Basic ${basic}, 401`)).toBe('Basic <token>, 401')
  })

  it('finds a signature of HS256 without the rest of its token', () => {
    const signature = '4f8Zb2Qh-ab_cdEFghIJklMNopQRstUVwxYZabcdefg'
    expect(signature).toHaveLength(43)
    expect(redactTokens(signature)).toBe('<token>')
    expect(redactTokens(`…J9.${signature}`)).toBe('…J9<token>')
    expect(redactTokens(`…J9%2E${signature}&a`)).toBe('…J9<token>&a')
    expect(redactTokens(`…J9%2e${signature} a`)).toBe('…J9<token> a')
    expect(redactTokens(`.${signature}h`)).toBe(`.${signature}h`)
    expect(redactTokens(`.${signature.slice(1)}`)).toBe(`.${signature.slice(1)}`)
  })

  it('finds a token after a word without a gap, and keeps the word and a full stop', () => {
    const token = mint({ user_id: 'jane' })
    expect(redactTokens(`authorization=${token}. Then /chat/${token}...`)).toBe(
      'authorization=<token>. Then /chat/<token>...',
    )
  })

  it.each([
    'version 1.2.3 of hey.there.you, keyDownHandler.onKeyDown.bind',
    'at Object.handleOfflineFailedUpdateMessagePendingTask (file:///app/eyJet.test.js:1:2)',
    'FST_ERR_SCHEMA_CONTROLLER_BUCKET_OPT_NOT_FN, CSSStyleSheet.insertRule, IdentityProvider.get',
    'GET /a%20b?c=%41%2E HTTP/1.1 100%',
    '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.0123456789abcdef',
    '{"alg":"HS256"} eyJhbGci e30.e30.',
    '',
  ])('does not change "%s"', (text) => {
    expect(redactTokens(text)).toBe(text)
  })

  it('cuts a long text off with a mark, and shows no part of a token at the cut', () => {
    const token = mint({ user_id: 'jane' })
    expect(redactTokens('x '.repeat(4096))).toBe('x '.repeat(4096))
    expect(redactTokens(`${'x '.repeat(4096)}y`)).toBe(`${'x '.repeat(4096)}… (cut off)`)
    for (let kept = 0; kept < token.length; kept++) {
      const text = `${'x'.repeat(8192 - kept)}${token} and more`
      expect(redactTokens(text)).not.toContain('CANARY')
    }
  })

  it.each([
    'ey',
    'eyJ',
    '.',
    'eyJhbGciOiJI.',
    'eyJhbGci ',
    'ICAg',
    'ZXlK',
    '%25',
    '%41',
    '%2525',
    'eyJhbGciOiJI....',
    `.${'a'.repeat(42)}1`,
    `${'ZXlK'.repeat(15)}!`,
  ])('takes time in proportion to the length of a text of many "%s"', (unit) => {
    const text = (length: number) => unit.repeat(length).slice(0, length)
    const timeOf = (length: number, times: number) => {
      const fragment = text(length)
      const from = performance.now()
      for (let i = 0; i < times; i++) redactTokens(fragment)
      return performance.now() - from
    }
    timeOf(8192, 10)
    // The same length in pieces 32 times as long: quadratic work would take 32 times the time.
    const inShort = timeOf(256, 3200)
    expect(timeOf(8192, 100)).toBeLessThan(inShort * 10 + 5)
    // Text beyond the cut costs no time.
    expect(timeOf(800_000, 100)).toBeLessThan(inShort * 10 + 5)
  })
})
