import { describe, expect, it } from 'vitest'
import {
  ChatAuthError,
  chatAuthErrors,
  isChatAuthError,
  toChatAuthError,
  type ChatAuthErrorCode,
} from '../../src/core/errors.js'

const codes = Object.keys(chatAuthErrors) as ChatAuthErrorCode[]

describe('ChatAuthError', () => {
  it.each(codes)('%s says in whole sentences what happened and what to do', (code) => {
    const { message, remedy } = chatAuthErrors[code]
    for (const sentence of [message, remedy]) expect(sentence).toMatch(/^[A-Z`].+\.$/s)
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(new ChatAuthError(code).message).toBe(`${message} ${remedy}`)
  })

  it('carries the remedy, the cause and what the server asked for', () => {
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

  it('can be given its own words and finality, and keeps the remedy', () => {
    const error = new ChatAuthError('server-error', { message: 'Down.', retryable: false })
    expect(error.message).toBe(`Down. ${chatAuthErrors['server-error'].remedy}`)
    expect(error.retryable).toBe(false)
  })
})

describe('isChatAuthError', () => {
  it('knows one of another copy of the package by its name', () => {
    const foreign = Object.assign(new Error('x'), { name: 'ChatAuthError', code: 'superseded' })
    expect(isChatAuthError(foreign)).toBe(true)
    expect(isChatAuthError(new ChatAuthError('superseded'))).toBe(true)
  })

  it.each([new Error('x'), { name: 'ChatAuthError' }, 'ChatAuthError', null, undefined])(
    'does not take %s for one',
    (value) => expect(isChatAuthError(value)).toBe(false),
  )
})

describe('toChatAuthError', () => {
  it('leaves one of ours as it is and makes any other its cause', () => {
    const ours = new ChatAuthError('superseded')
    expect(toChatAuthError(ours, 'server-error')).toBe(ours)
    const other = new Error('other')
    expect(toChatAuthError(other, 'server-error')).toMatchObject({
      code: 'server-error',
      cause: other,
    })
  })
})
