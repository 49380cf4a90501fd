import { describe, expect, test } from 'vitest'
import { openApp, places } from './host/hosts.js'

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
