import { describe, expect, test } from 'vitest'
import { hosts, openApp, places } from './host/hosts.js'

const jane = { id: 'jane', name: 'Jane' }

describe.each(places)('on $host.name, with the $kind connector', ({ host, kind }) => {
  test('a screen follows its user from connecting to log-out, with the user’s own data', async () => {
    const { app } = await openApp(host, kind)
    await app.run('render', {})
    await app.run('untilShown', 'disconnected')
    await app.run('connectUser', jane)
    await app.run('untilShown', 'connected Jane 200')
    await app.run('disconnectUser')
    await app.run('untilShown', 'disconnected')
    await app.run('unmount')
    expect(app.fatal).toEqual([])
  })
})

describe.each(hosts)('on $name, under <Chat> of stream-chat-react-native', (host) => {
  /** Connects Jane under the hook of `<Chat>`; only the hook pauses then. */
  async function openChat({ closeConnectionOnBackground = true } = {}) {
    const stage = await openApp(host, 'stream-chat', { options: { pauseAfterHiddenMs: null } })
    const { app } = stage
    await app.run('connectUser', jane)
    await app.run('render', { closeConnectionOnBackground })
    await app.run('untilShown', 'connected Jane 200')
    const move = (state: string) => app.emit('appStateDidChange', { app_state: state })
    return { ...stage, move }
  }

  test('a session pauses in the background, without a socket, and resumes in front', async () => {
    const { app, backend, move, until } = await openChat()
    move('background')
    expect(await app.run('until', 'paused')).toMatchObject({ user: jane })
    await until(({ liveSockets }) => liveSockets === 0)
    move('active')
    expect(await app.run('until', 'connected')).toMatchObject({ user: jane })
    await until(({ liveSockets }) => liveSockets === 1)
    expect(backend.counters.socketsOpened).toBe(2)
    expect(app.fatal).toEqual([])
  })

  test('a session goes on in the background with closeConnectionOnBackground={false}', async () => {
    const { app, backend, move } = await openChat({ closeConnectionOnBackground: false })
    move('background')
    move('active')
    expect(await app.run('state')).toMatchObject({ status: 'connected' })
    expect(backend.counters).toMatchObject({ liveSockets: 1, socketsOpened: 1 })
  })

  test.each(['in front', 'in the background'])(
    'nothing reconnects after a log-out %s',
    async (where) => {
      const { app, backend, move, until } = await openChat()
      if (where === 'in the background') {
        move('background')
        await app.run('until', 'paused')
      }
      await app.run('disconnectUser')
      move('background')
      move('active')
      expect(await app.run('state')).toMatchObject({ status: 'disconnected' })
      await until(({ liveSockets }) => liveSockets === 0)
      expect(backend.counters.socketsOpened).toBe(1)
    },
  )
})
