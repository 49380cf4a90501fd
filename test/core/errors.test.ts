import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  ChatAuthError,
  chatAuthErrors,
  isChatAuthError,
  toChatAuthError,
  type ChatAuthErrorCode,
} from '../../src/core/errors.js'
import { canary, mint } from '../support/world.js'

const token = mint({ user_id: 'jane' })
const codes = Object.keys(chatAuthErrors) as ChatAuthErrorCode[]

describe('ChatAuthError', () => {
  it.each(codes)('%s says in whole sentences what happened and what to do', (code) => {
    const { message, remedy } = chatAuthErrors[code]
    for (const sentence of [message, remedy]) expect(sentence).toMatch(/^[A-Z`].+\.$/s)
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(new ChatAuthError(code).message).toBe(`${message} ${remedy}`)
  })

  it('carries the remedy, the cause and the wait that the server asked for', () => {
    const cause = new Error('beneath')
    const error = new ChatAuthError('rate-limited', { cause, retryAfterMs: 5000 })
    expect(error).toMatchObject({
      name: 'ChatAuthError',
      code: 'rate-limited',
      remedy: chatAuthErrors['rate-limited'].remedy,
      retryable: true,
      retryAfterMs: 5000,
      cause,
    })
    expect(new ChatAuthError('superseded')).toMatchObject({ retryable: false, retryAfterMs: null })
  })

  it('takes another message and `retryable`, and keeps the remedy', () => {
    const error = new ChatAuthError('server-error', { message: 'Down.', retryable: false })
    expect(error.message).toBe(`Down. ${chatAuthErrors['server-error'].remedy}`)
    expect(error.retryable).toBe(false)
  })

  it('takes another remedy in place of the table’s, with tokens redacted', () => {
    const error = new ChatAuthError('token-expired', { remedy: `Mint another than ${token}.` })
    expect(error.remedy).toBe('Mint another than <token>.')
    expect(error.message).toBe('The token has expired. Mint another than <token>.')
  })
})

/** Makes an error as another, perhaps newer, copy of the package does. */
function foreign(fields: Record<string, unknown>): Error {
  const message = `Down. ${chatAuthErrors['server-error'].remedy}`
  const { remedy } = chatAuthErrors['server-error']
  const all = { name: 'ChatAuthError', code: 'server-error', remedy, retryable: false, ...fields }
  return Object.assign(new Error(message), all)
}

describe('isChatAuthError', () => {
  it('recognises an error of another copy of the package by its name and code', () => {
    expect(isChatAuthError(foreign({}))).toBe(true)
    expect(isChatAuthError(new ChatAuthError('superseded'))).toBe(true)
    const other = runInNewContext('Object.assign(new Error("x"), fields)', {
      fields: { name: 'ChatAuthError', code: 'superseded' },
    }) as unknown
    expect(isChatAuthError(other)).toBe(true)
  })

  it.each([
    new Error('x'),
    { name: 'ChatAuthError', code: 'superseded' },
    foreign({ code: 7 }),
    foreign({ code: 'constructor' }),
    foreign({ code: 'of-a-later-version' }),
    Object.assign(new Error('x'), { code: 'superseded' }),
    'ChatAuthError',
    null,
    undefined,
  ])('does not take %s for one', (value) => expect(isChatAuthError(value)).toBe(false))

  it('does not accept a value that throws when it is inspected', () => {
    const odd = Object.defineProperty(new Error('x'), 'name', { get: fail })
    for (const value of [revoked(), odd]) expect(isChatAuthError(value)).toBe(false)
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function fail(): never {
  throw new Error('looked at')
}

describe('toChatAuthError', () => {
  it('returns one of our errors as it is, and makes any other error the cause', () => {
    const ours = new ChatAuthError('superseded', { cause: new Error('beneath') })
    expect(toChatAuthError(ours, 'server-error')).toBe(ours)
    expect(new ChatAuthError('guest-refused', { cause: ours }).cause).toBe(ours)
    const other = new Error('other')
    expect(toChatAuthError(other, 'server-error')).toMatchObject({
      code: 'server-error',
      cause: other,
    })
  })

  it('returns one of our errors with its own remedy as it is', () => {
    const ours = new ChatAuthError('token-expired', { remedy: 'Mint another.' })
    expect(toChatAuthError(ours, 'server-error')).toBe(ours)
  })

  it('keeps the own remedy of an error of another copy of the package', () => {
    const other = Object.assign(foreign({ remedy: 'Wait.' }), { message: 'Down. Wait.' })
    const anew = toChatAuthError(other, 'connection-failed')
    expect(anew).toMatchObject({ message: 'Down. Wait.', remedy: 'Wait.' })
  })

  it('rebuilds an error of another copy of the package from its fields', () => {
    const other = foreign({ retryAfterMs: 5, cause: new Error('beneath') })
    const anew = toChatAuthError(other, 'connection-failed')
    expect(anew).toBeInstanceOf(ChatAuthError)
    expect(anew).toMatchObject({
      code: 'server-error',
      message: other.message,
      stack: other.stack,
      retryable: false,
      retryAfterMs: 5,
      cause: { message: 'beneath' },
    })
    expect(Object.keys(anew)).not.toContain('stack')
  })

  it('gives an error with an unknown, later code the given code, and keeps its own words', () => {
    const fields = { code: 'of-a-later-version', remedy: 'Wait.', retryable: true }
    const later = Object.assign(foreign(fields), { message: 'Later. Wait.' })
    const anew = toChatAuthError(later, 'connection-failed')
    expect(anew).toMatchObject({
      code: 'connection-failed',
      message: 'Later. Wait.',
      retryable: true,
      retryAfterMs: null,
    })
  })

  it('falls back on the table for missing fields of another copy’s error', () => {
    const odd = foreign({ retryable: 'yes', retryAfterMs: '5', remedy: undefined })
    expect(toChatAuthError(odd, 'connection-failed')).toMatchObject({
      retryable: chatAuthErrors['server-error'].retryable,
      retryAfterMs: null,
    })
  })

  it.each<[string, (error: ChatAuthError) => unknown]>([
    ['another field', (error) => Object.assign(error, { token })],
    ['a symbol', (error) => Object.assign(error, { [Symbol('token')]: token })],
    ['another message', (error) => Object.assign(error, { message: token })],
    ['another stack', (error) => Object.assign(error, { stack: token })],
    ['another cause', (error) => Object.assign(error, { cause: token })],
    ['another code', (error) => Object.assign(error, { code: 'constructor' })],
    ['another remedy', (error) => Object.assign(error, { remedy: token })],
    ['another class', (error) => Object.setPrototypeOf(error, { token }) as unknown],
    ['a getter', (error) => Object.defineProperty(error, 'message', { get: fail })],
  ])('rebuilds one of our errors that was changed by %s', (_, change) => {
    const ours = new ChatAuthError('server-error', { cause: new Error('beneath') })
    change(ours)
    const anew = toChatAuthError(ours, 'server-error')
    // A matcher would show the error, and so call its getter.
    expect(anew === ours).toBe(false)
    expect(anew).toBeInstanceOf(ChatAuthError)
    expect(anew.code).toBe('server-error')
    expect(inspect(anew, { showHidden: true, depth: 9 })).not.toContain(canary)
    const beneath = new ChatAuthError('guest-refused', { cause: ours }).cause
    expect(beneath === ours).toBe(false)
  })

  it('makes a value that throws when it is inspected the cause', () => {
    expect(toChatAuthError(revoked(), 'connection-failed').cause).toBe('[object]')
    const odd = Object.defineProperty(foreign({}), 'retryable', { get: fail })
    expect(toChatAuthError(odd, 'connection-failed')).toMatchObject({
      code: 'connection-failed',
      cause: { name: 'ChatAuthError' },
    })
  })

  it.each([NaN, -1, undefined])('takes a retryAfterMs of %s for no wait', (retryAfterMs) => {
    expect(new ChatAuthError('server-error', { retryAfterMs }).retryAfterMs).toBeNull()
  })

  it('redacts tokens in the message that it is given', () => {
    const error = new ChatAuthError('server-error', { message: `Down, ${token}.` })
    expect(error.message).toBe(`Down, <token>. ${chatAuthErrors['server-error'].remedy}`)
  })
})
