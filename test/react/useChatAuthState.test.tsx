import { act } from '@testing-library/react'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  ChatAuthProvider,
  createChatAuth,
  useChatAuthState,
  type ChatAuth,
} from '../../src/index.js'
import { createTestApp, jane, renderHookStrict } from '../support/renderStrict.js'

function renderSelection<Selected>(useSelection: () => Selected) {
  const { connector, tokenProvider } = createTestApp()
  const auth = createChatAuth({ connector, tokenProvider })
  onTestFinished(() => auth.dispose())
  const renders = vi.fn<(selected: Selected) => void>()
  const { result, rerender } = renderHookStrict(
    () => {
      const selected = useSelection()
      renders(selected)
      return selected
    },
    (props) => <ChatAuthProvider auth={auth} {...props} />,
  )
  return { auth, renders, result, rerender }
}

/** Refreshes the token, which changes only the token's part of the state. */
async function refresh({ auth }: { auth: ChatAuth }) {
  const seen = vi.fn()
  auth.subscribe(seen)
  await act(() => auth.refreshToken())
  expect(seen).toHaveBeenCalled()
}

test('useChatAuthState without a selector returns the whole state, which can be narrowed', async () => {
  const { auth, result } = renderSelection(() => useChatAuthState())
  expect(result.current).toEqual({ status: 'disconnected' })
  await act(() => auth.connectUser(jane))

  expect(result.current).toBe(auth.getState())
  expect(result.current).toMatchObject({ status: 'connected', token: { status: 'valid' } })
})

test('useChatAuthState re-renders only when the selection changes, also with an inline selector', async () => {
  const selection = renderSelection(() => useChatAuthState((state) => state.status))
  await act(() => selection.auth.connectUser(jane))
  expect(selection.result.current).toBe('connected')
  selection.renders.mockClear()

  await refresh(selection)
  expect(selection.renders).not.toHaveBeenCalled()
})

test('useChatAuthState uses a new selector at once', () => {
  let word = 'first'
  const { result, rerender } = renderSelection(() => useChatAuthState(() => word))
  word = 'second'
  rerender()
  expect(result.current).toBe('second')
})

test('useChatAuthState compares selections with the given function, and keeps an equal object', async () => {
  const selection = renderSelection(() =>
    useChatAuthState(
      (state) => ({ name: 'user' in state ? state.user.name : null }),
      (a, b) => a.name === b.name,
    ),
  )
  await act(() => selection.auth.connectUser(jane))
  const first = selection.result.current
  expect(first).toEqual({ name: 'Jane' })
  selection.renders.mockClear()

  await refresh(selection)
  expect(selection.renders).not.toHaveBeenCalled()
  selection.rerender()
  expect(selection.result.current).toBe(first)
})

test('useChatAuthState does not re-render for ever when each selection is a new object', async () => {
  const { auth, renders, result, rerender } = renderSelection(() =>
    useChatAuthState((state) => ({ state })),
  )
  renders.mockClear()
  rerender()
  // Rendered twice by StrictMode.
  expect(renders).toHaveBeenCalledTimes(2)
  await act(() => auth.connectUser(jane))
  expect(result.current.state.status).toBe('connected')
})
