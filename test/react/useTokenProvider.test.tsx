import { act } from '@testing-library/react'
import { expect, test } from 'vitest'
import { useChatUser, useGuest, useTokenProvider } from '../../src/index.js'
import { bob, createTestApp, jane, renderHookStrict } from '../support/renderStrict.js'

function renderProvider() {
  const app = createTestApp()
  const { result } = renderHookStrict(
    () => ({ ...useChatUser(), guest: useGuest(), getToken: useTokenProvider() }),
    app.App,
  )
  return { ...app, result }
}

const userIdOf = (token: string) => JSON.parse(atob(token.split('.')[1] ?? '')).user_id as string

test('useTokenProvider gives one token to all who ask, for one provider call', async () => {
  const { result, tokenProvider } = renderProvider()
  await act(() => result.current.connectUser(jane))
  const { getToken } = result.current
  const tokens = await Promise.all([getToken(), getToken(), getToken()])
  expect(new Set(tokens).size).toBe(1)
  expect(tokenProvider).toHaveBeenCalledTimes(1)
})

test('useTokenProvider keeps its function through a refresh, a log-out and the return of the user', async () => {
  const { result } = renderProvider()
  const { getToken } = result.current
  await expect(getToken()).rejects.toMatchObject({ code: 'not-connected' })
  await act(() => result.current.connectUser(jane))
  expect(userIdOf(await getToken())).toBe('jane')
  await act(() => result.current.refreshToken())
  expect(result.current.getToken).toBe(getToken)
  await act(() => result.current.disconnectUser())
  await expect(getToken()).rejects.toMatchObject({ code: 'not-connected' })
  await act(() => result.current.connectUser(jane))
  expect(result.current.getToken).toBe(getToken)
  expect(userIdOf(await getToken())).toBe('jane')
})

test('useTokenProvider gives another function to the next user, and the old one no token', async () => {
  const { result } = renderProvider()
  await act(() => result.current.connectUser(jane))
  const ofJane = result.current.getToken
  await ofJane()
  await act(() => result.current.switchUser(bob))
  expect(result.current.getToken).not.toBe(ofJane)
  expect(userIdOf(await result.current.getToken())).toBe('bob')
  await expect(ofJane()).rejects.toMatchObject({ code: 'session-ended' })
})

test('useTokenProvider, called while a guest connects, waits for the id that the backend chooses', async () => {
  const { result } = renderProvider()
  const { getToken } = result.current
  let asking!: Promise<string>
  await act(async () => {
    const connecting = result.current.guest.setGuestUser({ id: 'visitor' })
    asking = getToken()
    await connecting
  })
  expect(userIdOf(await asking)).toBe(result.current.guest.guest?.id)
  await act(() => result.current.connectUser(jane))
  await expect(getToken()).rejects.toMatchObject({ code: 'session-ended' })
})
