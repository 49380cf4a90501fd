import { act, render, screen, waitFor } from '@testing-library/react'
import { Activity, useEffect, useState } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import {
  ChatAuthGate,
  ChatAuthProvider,
  createChatAuth,
  useChatQuery,
  useChatUser,
} from '../../src/index.js'
import { createFrames } from '../support/frames.js'
import { isReact19 } from '../support/reactVersion.js'
import { bob, createTestApp, jane, renderStrict } from '../support/renderStrict.js'

function Who() {
  return <h1 data-frame>{useChatUser().user?.name ?? 'nobody'}</h1>
}

function Inbox() {
  const { data } = useChatQuery({
    queryKey: ['inbox'],
    queryFn: ({ user }) => `inbox of ${user.name}`,
  })
  return <p data-frame>{data ?? 'nothing'}</p>
}

function Draft({ name }: { name: string | undefined }) {
  const [owner] = useState(name)
  return <p data-frame>draft of {owner}</p>
}

const hidden = [
  ['a query', <Inbox key="inbox" />, 'inbox of Bob'],
  [
    'a gate',
    <ChatAuthGate key="gate">{({ user }) => <Draft name={user.name} />}</ChatAuthGate>,
    'draft of Bob',
  ],
] as const

test.runIf(isReact19).for(hidden)(
  '<Activity> that was hidden during a switch does not paint the previous user when shown: %s',
  async ([, child, ofBob]) => {
    const { connector, tokenProvider } = createTestApp()
    const auth = createChatAuth({ connector, tokenProvider })
    onTestFinished(() => auth.dispose())
    const { painted, Frames } = createFrames()
    let show!: (mode: 'visible' | 'hidden') => void
    function Page({ onReady }: { onReady: (setMode: typeof show) => void }) {
      const [mode, setMode] = useState<'visible' | 'hidden'>('visible')
      useEffect(() => onReady(setMode), [onReady])
      return <Activity mode={mode}>{child}</Activity>
    }
    await auth.connectUser(jane)
    renderStrict(
      <ChatAuthProvider auth={auth}>
        <Frames>
          <Who />
          <Page onReady={(setMode) => (show = setMode)} />
        </Frames>
      </ChatAuthProvider>,
    )
    const ofJane = await screen.findByText(ofBob.replace('Bob', 'Jane'))
    show('hidden')
    await waitFor(() => expect(ofJane.style.display).toBe('none'))
    await auth.switchUser(bob)
    await screen.findByText('Bob')
    painted.length = 0
    // Called outside any event, so that React may paint before it runs passive effects.
    show('visible')
    await screen.findByText(ofBob)

    expect(painted.at(-1)).toBe(`Bob · ${ofBob}`)
    expect(painted.join()).not.toContain('Jane')
  },
)

test.runIf(isReact19)(
  'a component that was never shown by <Activity> renders once more than its change requires at a log-out, so that React keeps no render of the session',
  async () => {
    const { connector, tokenProvider } = createTestApp()
    const auth = createChatAuth({ connector, tokenProvider })
    onTestFinished(() => auth.dispose())
    await auth.connectUser(jane)
    const renders: (string | null)[] = []
    function Reader() {
      const { sessionId } = useChatUser()
      renders.push(sessionId)
      return <p>{sessionId ?? 'no session'}</p>
    }
    render(
      <ChatAuthProvider auth={auth}>
        <Activity mode="hidden">
          <Reader />
        </Activity>
      </ChatAuthProvider>,
    )
    await waitFor(() => expect(renders.length).toBeGreaterThan(0))
    renders.length = 0
    await act(() => auth.disconnectUser())
    await waitFor(() => expect(renders).toEqual([null, null]))
  },
)
