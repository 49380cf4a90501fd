import { configure, render, screen, waitFor } from '@testing-library/react'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { App as OneImport } from '../../stories/comparison/migration/OneImport.js'
import { App as Effect } from '../../stories/comparison/moving/EffectAfter.js'
import { App as Guest } from '../../stories/comparison/moving/GuestAfter.js'
import { App as Module, greet } from '../../stories/comparison/moving/ModuleAfter.js'
import { App as OwnHook } from '../../stories/comparison/moving/OwnHookAfter.js'
import { App as WithSession } from '../../stories/comparison/moving/SessionAfter.js'
import { App as TwoClients } from '../../stories/comparison/moving/TwoClientsAfter.js'
import { serve } from './servedChat.js'

// A long limit, because a real server and real components are slow on a slow core.
configure({ asyncUtilTimeout: 20_000 })

const jane = { id: 'jane', name: 'Jane' }

describe('an app that moved in', { timeout: 60_000 }, () => {
  test.each([
    ['useCreateChatClient, with one import changed', OneImport],
    ['an effect', Effect],
    ['a hook of its own', OwnHook],
    ['a guest or a user', Guest],
    ['two clients', TwoClients],
  ])('with %s sends messages through an expired token', async (_shape, App) => {
    const { backend, props, sendAndHear, recovered } = await serve()
    render(<App {...props} user={jane} />, { reactStrictMode: true })
    await sendAndHear('One')
    await backend.expireToken(jane.id)
    await recovered(1)
    await sendAndHear('Two')
    expect(backend.counters).toMatchObject({
      messagesByUser: { jane: 2 },
      acceptedTwice: 0,
      wrongUserTokens: 0,
    })
  })

  test('with a module sends from its components and from outside of React, which waits for the session', async () => {
    const { backend, props, sendAndHear } = await serve()
    render(<Module {...props} user={jane} />, { reactStrictMode: true })
    await greet('team')
    const taken = backend.messages('messaging:team').map(({ text }) => text)
    expect(taken).toContain('Hello from a module')
    await sendAndHear('One')
    expect(backend.counters.messagesByUser).toEqual({ jane: 2 })
  })

  test('with a guest or a user connects the visitor, and then the user who signs in', async () => {
    const { backend, props, sendAndHear } = await serve()
    const { rerender } = render(<Guest {...props} user={null} />, { reactStrictMode: true })
    await waitFor(() =>
      expect(backend.counters).toMatchObject({ guestsCreated: 1, liveSockets: 1 }),
    )
    rerender(<Guest {...props} user={jane} />)
    await sendAndHear('Hello')
    expect(backend.counters).toMatchObject({ messagesByUser: { jane: 1 }, guestsCreated: 1 })
  })

  test('with a session library waits while the session loads, and logs out once nobody is signed in', async () => {
    const { backend, props, sendAndHear } = await serve()
    const app = (session: Parameters<typeof WithSession>[0]['session']) => (
      <WithSession {...props} session={session} />
    )
    const { rerender } = render(app({ status: 'loading', user: null }), { reactStrictMode: true })
    expect(screen.getByText('Opening the chat…')).toBeTruthy()
    expect(backend.counters.tokenCalls).toBe(0)
    rerender(app({ status: 'authenticated', user: jane }))
    await sendAndHear('Hello')
    rerender(app({ status: 'unauthenticated', user: null }))
    await screen.findByText('Sign in to chat.')
    await waitFor(() => expect(backend.counters.liveSockets).toBe(0))
  })

  test('the app on useCreateChatClient changes by one import', () => {
    const read = (name: string) =>
      readFileSync(`stories/comparison/migration/${name}.tsx`, 'utf8').split('\n')
    const [before, after] = [read('Before'), read('OneImport')]
    expect(before.filter((line) => !after.includes(line))).toEqual([
      "import { Chat, useCreateChatClient } from 'stream-chat-react'",
    ])
    expect(after.filter((line) => !before.includes(line))).toEqual([
      "import { Chat } from 'stream-chat-react'",
      "import { useCreateChatClient } from '../../../src/stream-chat-react.js'",
    ])
  })
})
