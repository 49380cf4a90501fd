import { act, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { useChatUser, useGuest } from '../../src/index.js'
import { createTestApp, jane, renderHookStrict } from '../support/renderStrict.js'

function renderGuest() {
  const app = createTestApp()
  const { result } = renderHookStrict(() => ({ ...useChatUser(), guest: useGuest() }), app.App)
  return { ...app, result }
}

test('upgrade makes the guest a member with the provider’s own token provider, and resolves with both ids', async () => {
  const { result, tokenProvider } = renderGuest()
  await act(() => result.current.guest.setGuestUser({ id: 'visitor', name: 'V' }))
  const guestId = result.current.guest.guest?.id
  expect(guestId).toMatch(/^guest-.+-visitor$/)

  const ids = await act(() => result.current.guest.upgrade(jane))
  expect(ids).toEqual({ guestId, userId: 'jane' })
  expect(result.current.user).toMatchObject(jane)
  expect(result.current.guest).toMatchObject({ guest: null, isGuest: false })
  await waitFor(() => expect(result.current.guest.isPending).toBe(false))
  expect(tokenProvider).toHaveBeenCalledTimes(1)
})

test('an upgrade that fails shows its error, and the guest stays connected', async () => {
  const { result } = renderGuest()
  await act(() => result.current.guest.setGuestUser({ id: 'visitor', name: 'V' }))
  const { guest } = result.current.guest

  // Not awaited, as in a click handler, and must cause no unhandled rejection.
  act(() => void result.current.guest.upgrade(jane, 'not a token'))
  await waitFor(() => expect(result.current.guest.error).toMatchObject({ code: 'token-malformed' }))
  expect(result.current.guest.guest).toMatchObject({ id: guest?.id })
})

test('upgrade rejects for anyone but a guest, and throws at once without a user id', async () => {
  const { result } = renderGuest()
  expect(() => result.current.guest.upgrade({ id: '' })).toThrow(TypeError)
  act(() => void result.current.guest.upgrade(jane))
  await waitFor(() => expect(result.current.guest.error).toMatchObject({ code: 'not-a-guest' }))
})

test('switchUser with `goBack` returns to the guest when the user cannot connect', async () => {
  const { result } = renderGuest()
  await act(() => result.current.connectUser(jane))
  const switching = () => result.current.switchUser({ id: 'bob' }, 'bad', { goBack: true })
  await act(() => switching().catch(() => {}))
  expect(result.current.user).toMatchObject(jane)
})
