import { describe, expect, test } from 'vitest'
import { openApp, places, type ConnectorKind, type NativeHost } from './host/hosts.js'

const jane = { id: 'jane', name: 'Jane' }

async function openOnPhone(host: NativeHost, kind: ConnectorKind) {
  const stage = await openApp(host, kind)
  const { app } = stage
  return {
    ...stage,
    move: (state: string) => app.emit('appStateDidChange', { app_state: state }),
    changeNetwork: (type: string) =>
      app.emit('netInfo.networkStatusDidChange', {
        type,
        isConnected: type !== 'none',
        isInternetReachable: type !== 'none',
        details: null,
      }),
  }
}

describe.each(places)('on $host.name, with the $kind connector', ({ host, kind }) => {
  test('an app in the background has no socket and sends its requests; in front it has one again', async () => {
    const { app, backend, move, until } = await openOnPhone(host, kind)
    await app.run('connectUser', jane)
    await app.run('render', {})
    await app.run('untilShown', 'connected Jane 200')
    move('background')
    expect(await app.run('until', 'paused')).toMatchObject({ user: jane })
    await until(({ liveSockets }) => liveSockets === 0)
    expect(await app.run('requestsOfClient', ['/me'])).toEqual([200])

    move('active')
    await app.run('until', 'connected')
    await until(({ liveSockets }) => liveSockets === 1)
    expect(backend.counters).toMatchObject({ socketsOpened: 2, tokenCalls: 1 })
    expect(app.fatal).toEqual([])
  })

  test('an app under a call keeps its socket', async () => {
    const { app, backend, move } = await openOnPhone(host, kind)
    await app.run('connectUser', jane)
    move('inactive')
    move('active')
    expect(await app.run('state')).toMatchObject({ status: 'connected' })
    expect(backend.counters).toMatchObject({ liveSockets: 1, socketsOpened: 1 })
  })

  test('a background job connects paused, sends its requests, and opens a socket when resumed', async () => {
    const { app, backend } = await openOnPhone(host, kind)
    expect(await app.run('connectPaused', jane)).toMatchObject({ status: 'paused', user: jane })
    expect(await app.run('requestsOfClient', ['/me'])).toEqual([200])
    expect(backend.counters.socketsOpened).toBe(0)
    expect(await app.run('resume')).toMatchObject({ status: 'connected' })
    expect(await app.run('pause')).toMatchObject({ status: 'paused' })
    expect(backend.counters).toMatchObject({ socketsOpened: 1, tokenCalls: 1 })
    expect(app.fatal).toEqual([])
  })

  test('an app learns of a lost network, and of its return, from NetInfo', async () => {
    const { app, changeNetwork } = await openOnPhone(host, kind)
    await app.run('connectUser', jane)
    changeNetwork('none')
    expect(await app.run('state')).toMatchObject({ isOnline: false })
    changeNetwork('wifi')
    expect(await app.run('state')).toMatchObject({ isOnline: true })
    expect(app.fatal).toEqual([])
  })
})
